import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { usePermission } from '../../api/session.ts'
import { PageHeader } from '../../design/PageHeader.tsx'
import { useT } from '../../i18n/i18n.ts'
import { ChooseFile } from './ChooseFile.tsx'
import { MapColumns } from './MapColumns.tsx'
import type { ReadFile } from './read-file.ts'

/** People from a CSV file: choose, map, preview, send through the public intake. */
export function ImportScreen() {
  const t = useT()
  const canWrite = usePermission('sources:write')
  const [file, setFile] = useState<ReadFile | null>(null)
  return (
    <>
      <PageHeader
        crumbs={[
          <Link key="sources" to="/sources">
            {t('shell.nav.sources')}
          </Link>,
          t('imports.title'),
        ]}
        title={t('imports.title')}
        lead={t('imports.lead')}
      />
      {!canWrite && <p>{t('imports.notAllowed')}</p>}
      {canWrite && !file && <ChooseFile onRead={setFile} />}
      {canWrite && file && <MapColumns key={file.name} file={file} onBack={() => setFile(null)} />}
    </>
  )
}
