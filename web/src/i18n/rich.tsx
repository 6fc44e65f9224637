import { Trans } from '@lingui/react'
import type { ReactElement } from 'react'
import type { MessageId, Values } from './i18n.ts'

type RichProps = { id: MessageId; values?: Values; components?: Record<string, ReactElement> }

/** A sentence with elements inside: `"<b>{count}</b> rejetés"` and `components={{ b: <b /> }}`. */
export function Rich({ id, values, components }: RichProps) {
  return <Trans id={id} values={values} components={components} />
}
