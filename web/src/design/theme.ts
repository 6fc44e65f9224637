import {
  ActionIcon,
  Button,
  type CSSVariablesResolver,
  createTheme,
  Input,
  type MantineColorsTuple,
  Menu,
  Modal,
  Popover,
  SegmentedControl,
  Select,
  Tooltip,
} from '@mantine/core'
import css from './theme.module.css'

/** The accent in ten steps; components read roles (below), charts read tokens.css. */
const teal: MantineColorsTuple = [
  '#E3F1EF',
  '#CFE5E2',
  '#B5DAD4',
  '#9CCBC4',
  '#77B8AF',
  '#35918A',
  '#0F766E',
  '#0F766E',
  '#0B5F59',
  '#084A45',
]

const font = "'Inter Variable', Inter, system-ui, sans-serif"

const control = {
  '--input-height-sm': '32px',
  '--input-fz': '14px',
  '--input-size': '32px',
  '--input-bd': 'var(--line-control)',
  '--input-bg': 'var(--surface)',
}

export const theme = createTheme({
  colors: { teal },
  primaryColor: 'teal',
  primaryShade: 6,
  fontFamily: font,
  fontFamilyMonospace: "'JetBrains Mono Variable', 'JetBrains Mono', ui-monospace, monospace",
  headings: { fontFamily: font, fontWeight: '600' },
  defaultRadius: 6,
  fontSizes: { xs: '12px', sm: '14px', md: '14px', lg: '16px', xl: '20px' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: Button.extend({
      defaultProps: { size: 'sm' },
      vars: (_theme, props) => ({
        root: {
          '--button-height': props.size === 'xs' ? '28px' : '32px',
          '--button-padding-x': props.size === 'xs' ? '10px' : '12px',
          '--button-fz': props.size === 'xs' ? '13px' : '14px',
          // Dark theme: bright fills carry dark words.
          ...(props.variant === undefined || props.variant === 'filled'
            ? {
                '--button-color': props.color === 'red' ? 'var(--ink-inverse)' : 'var(--on-accent)',
              }
            : {}),
        },
      }),
      styles: { root: { fontWeight: 500 }, section: { marginInlineEnd: 6 } },
    }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray', size: 28 } }),
    Input: Input.extend({ vars: () => ({ wrapper: control }) }),
    Select: Select.extend({ defaultProps: { checkIconPosition: 'right', allowDeselect: false } }),
    Menu: Menu.extend({
      // The placeholder that takes the first focus is not allowed inside role=menu.
      defaultProps: { shadow: 'md', position: 'bottom-start', withInitialFocusPlaceholder: false },
      classNames: { itemSection: css.menuIcon },
    }),
    Popover: Popover.extend({ defaultProps: { shadow: 'md', position: 'bottom-start' } }),
    Modal: Modal.extend({ defaultProps: { centered: true, padding: 24 } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 300, withArrow: false } }),
    SegmentedControl: SegmentedControl.extend({
      defaultProps: { size: 'xs' },
      classNames: { root: css.segmented, indicator: css.indicator, label: css.segmentedLabel },
    }),
  },
})

/** Mantine's variables, pointed at our roles: both themes then follow tokens.css. */
const roles = {
  '--mantine-color-body': 'var(--surface)',
  '--mantine-color-text': 'var(--ink)',
  '--mantine-color-bright': 'var(--ink)',
  '--mantine-color-dimmed': 'var(--ink-3)',
  '--mantine-color-placeholder': 'var(--ink-3)',
  '--mantine-color-anchor': 'var(--accent-ink)',
  '--mantine-color-error': 'var(--red-ink)',
  '--mantine-color-default': 'var(--surface)',
  '--mantine-color-default-hover': 'var(--hover)',
  '--mantine-color-default-color': 'var(--ink)',
  '--mantine-color-default-border': 'var(--line-control)',
  '--mantine-color-disabled': 'var(--sunken)',
  '--mantine-color-disabled-color': 'var(--ink-3)',
  '--mantine-color-disabled-border': 'var(--line)',
  '--mantine-primary-color-filled': 'var(--accent)',
  '--mantine-primary-color-filled-hover': 'var(--accent-hover)',
  '--mantine-primary-color-contrast': 'var(--on-accent)',
  '--mantine-primary-color-light': 'var(--accent-tint)',
  '--mantine-primary-color-light-hover': 'var(--accent-tint)',
  '--mantine-primary-color-light-color': 'var(--accent-ink)',
  '--mantine-color-teal-filled': 'var(--accent)',
  '--mantine-color-teal-filled-hover': 'var(--accent-hover)',
  '--mantine-color-teal-light': 'var(--accent-tint)',
  '--mantine-color-teal-light-hover': 'var(--accent-tint)',
  '--mantine-color-teal-light-color': 'var(--accent-ink)',
  '--mantine-color-teal-outline': 'var(--accent-ink)',
  '--mantine-color-gray-light': 'var(--sunken)',
  '--mantine-color-gray-light-hover': 'var(--hover)',
  '--mantine-color-gray-light-color': 'var(--ink-2)',
  '--mantine-color-red-filled': 'var(--red)',
  '--mantine-color-red-outline': 'var(--red-ink)',
  '--mantine-color-red-outline-hover': 'var(--red-tint)',
  // The words of an item of a menu.
  '--mantine-color-red-6': 'var(--red-ink)',
  '--mantine-color-red-light': 'var(--red-tint)',
  '--mantine-color-red-light-color': 'var(--red-ink)',
  '--mantine-shadow-md': 'var(--shadow-pop)',
  '--mantine-shadow-xl': 'var(--shadow-pop)',
}

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: roles,
  dark: roles,
})
