import { ApiError } from '../../../api/client.ts'
import { useToast } from '../../../design/Toast.tsx'
import { useT } from '../../../i18n/i18n.ts'

type Act = (then: { onSuccess: () => void; onError: (error: Error) => void }) => void

/** Puts a segment or a segmentation away and brings it back; each says that it was done. */
export function useArchiving(
  name: string,
  { archive, unarchive }: { archive: Act; unarchive: Act },
) {
  const t = useT()
  const toast = useToast()
  const bringBack = () =>
    unarchive({
      onSuccess: () => toast({ message: t('segments.unarchived', { name }) }),
      onError: toast,
    })
  const putAway = (then?: () => void) =>
    archive({
      onSuccess: () => {
        toast({ message: t('segments.archived.name', { name }), undo: bringBack })
        then?.()
      },
      onError: (error) => toast(whyKept(error, t)),
    })
  return { putAway, bringBack }
}

/** In use, it stays: the sentence says by what, in the reader's language. */
function whyKept(error: Error, t: ReturnType<typeof useT>): Error {
  return error instanceof ApiError && error.status === 409
    ? new Error(t('segments.archive.used'))
    : error
}
