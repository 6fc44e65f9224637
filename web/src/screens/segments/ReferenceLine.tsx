import { useEditor } from './editor.ts'
import { PickToken } from './PickToken.tsx'

type ReferenceLineProps = {
  kind: 'list' | 'segment'
  /** Id of what the line names; empty while nothing is chosen. */
  id: string
  options: readonly { id: string }[]
  words: { before: string; label: string }
  bad: boolean
  onPick: (id: string) => void
}

/** A line that names a list, or another segment. */
export function ReferenceLine({ kind, id, options, words, bad, onPick }: ReferenceLineProps) {
  const { names } = useEditor()
  return (
    <>
      <span>{words.before}</span>
      <PickToken
        label={words.label}
        strong
        bad={bad && !id}
        value={id}
        options={options.map((each) => ({ value: each.id, label: names.of(kind, each.id) }))}
        onChange={onPick}
      >
        {id ? names.of(kind, id) : undefined}
      </PickToken>
    </>
  )
}
