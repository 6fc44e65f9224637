import { Button, Popover } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { useFormats } from '../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import css from './person.module.css'
import type { Identity } from './types.ts'

/** When this person's records were merged or taken apart, newest first. */
export function MergeHistory({ identity }: { identity: Identity }) {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  const history = [...identity.history].sort((a, b) => b.at.localeCompare(a.at))
  return (
    <Popover width={320} position="bottom-end">
      <Popover.Target>
        <Button variant="subtle" color="gray" size="xs" leftSection={<IconHistory size={15} />}>
          {t('person.merges')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        {history.length === 0 && <p className="meta">{t('person.merges.none')}</p>}
        <ol className={css.merges}>
          {history.map((each) => (
            <li key={`${each.at} ${each.kind}`}>
              <span>
                {each.text ? localText(each.text, language) : t(`person.merges.${each.kind}`)}
              </span>
              <span className="meta">{format.dateTime(each.at)}</span>
            </li>
          ))}
        </ol>
      </Popover.Dropdown>
    </Popover>
  )
}
