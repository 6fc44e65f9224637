/** Every setting of the program, parsed once at start and handed down. */
export type Config = {
  port: number
  dataDir: string
  databaseUrl: string | null
  clickhouseUrl: string | null
  kafkaBrokers: string[]
  roles: Role[]
  adminKey: string | null
  writeKey: string | null
  secret: string | null
  allowPrivateNetwork: boolean
}

export type Role = 'collect' | 'flow' | 'deliver' | 'api'
