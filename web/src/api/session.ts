import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Language } from '../i18n/i18n.ts'
import { ApiError, api, rememberCsrf } from './client.ts'

export type Session = {
  user: {
    id: string
    email: string
    name: string
    role: 'admin' | 'reader'
    language: Language | null
    hasPassword: boolean
  }
  workspace: { id: number | string; name: string; timeZone: string }
  csrf: string
  permissions: string[]
  demo: boolean
}

export const sessionKey = ['session'] as const

/** The session, or null when nobody is signed in. */
export async function readSession(): Promise<Session | null> {
  try {
    const session = await api.get<Session>('/session')
    rememberCsrf(session.csrf)
    return session
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null
    throw error
  }
}

export function useSession() {
  return useQuery({ queryKey: sessionKey, queryFn: readSession, staleTime: 60_000 })
}

/** Whether the signed-in person may do something, e.g. `segments:write`. */
export function usePermission(permission: string): boolean {
  const { data } = useSession()
  if (!data) return false
  const family = `${permission.split(':')[0]}:*`
  return data.permissions.some((one) => one === permission || one === family || one === '*')
}

/** Signs in by one-time link (`{token}`) or by e-mail and password. */
export function useSignIn() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (input: { token: string } | { email: string; password: string }) => {
      await api.post('token' in input ? '/session/link' : '/session', input)
      const session = await readSession()
      client.setQueryData(sessionKey, session)
      return session
    },
  })
}

export function useSignOut() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => api.delete('/session'),
    onSuccess: () => {
      rememberCsrf(null)
      client.clear()
      client.setQueryData(sessionKey, null)
    },
  })
}

export function useSetPassword() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (input: { current?: string; password: string; email?: string }) =>
      api.put('/session/password', input),
    onSuccess: () => client.invalidateQueries({ queryKey: sessionKey }),
  })
}

export function useUpdateMe() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (input: { name?: string; language?: Language }) => api.patch('/session', input),
    onSuccess: () => client.invalidateQueries({ queryKey: sessionKey }),
  })
}
