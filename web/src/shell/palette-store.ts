import { createSpotlight } from '@mantine/spotlight'

/** The ⌘K palette's handle; Mantine's own store, one for the page. */
export const [paletteStore, palette] = createSpotlight()

export const openPalette = (): void => palette.open()
