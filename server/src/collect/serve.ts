/** What the intake serves to SDKs: their settings, and the files of our own tag. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { IntakeSource } from './intakeSource.ts'

export type Place = { writeKey: string; source: IntakeSource; base: URL }

/** Settings of Segment's browser and mobile SDKs: they name where events go. */
export function segmentSettings({ writeKey, base }: Place) {
  return {
    integrations: {
      'Segment.io': {
        apiKey: writeKey,
        apiHost: `${hostAndPath(base)}/v1`,
        protocol: base.protocol.replace(':', ''),
      },
    },
    plan: { track: { __default: { enabled: true } } },
    edgeFunction: {},
    middlewareSettings: {},
    enabledMiddleware: {},
    metrics: { sampleRate: 0 },
    legacyVideoPluginsEnabled: false,
    remotePlugins: [],
  }
}

/** The configuration that RudderStack's SDKs ask for at their start: no cloud destinations. */
export function sourceConfig({ writeKey, source }: Place) {
  const off = { enabled: false }
  return {
    source: {
      id: source.publicId,
      name: source.name,
      writeKey,
      enabled: true,
      workspaceId: String(source.workspace),
      config: { statsCollection: { errors: off, metrics: off } },
      connections: [],
      destinations: [],
      dataplanes: {},
    },
  }
}

/**
 * Our tag in the place of Segment's snippet file: the calls that the page queued on
 * `window.analytics` are handed over, and the source's key is loaded at once.
 */
export function snippet(tag: string, { writeKey, base }: Place): string {
  const origin = `${base.protocol}//${hostAndPath(base)}`
  // `<` escaped, so that the text may also stand inside a page.
  const [key, host] = [writeKey, origin].map((text) =>
    JSON.stringify(text).replaceAll('<', '\\u003c'),
  )
  return `${tag}
;(function(){var q=window.analytics,c=window.clientele;if(!c)return;
c.load(${key},{host:${host}});
if(q&&typeof q.length==='number')for(var i=0;i<q.length;i++){var a=[].slice.call(q[i]),m=a.shift();
if(m!=='load'&&typeof c[m]==='function')c[m].apply(c,a)}
window.analytics=c})();
`
}

function hostAndPath(base: URL): string {
  return `${base.host}${base.pathname.replace(/\/$/, '')}`
}

export type ScriptFiles = {
  /** The text of a built file; null when it was not built. */
  read(file: 'tag.js' | 'auto.js'): Promise<string | null>
}

/** Reads the tag's files from the directory of its build, and keeps them once they were there. */
export function openScriptFiles(directory: string): ScriptFiles {
  const kept = new Map<string, string>()
  return {
    async read(file) {
      const held = kept.get(file)
      if (held !== undefined) return held
      try {
        const text = await readFile(join(directory, file), 'utf8')
        kept.set(file, text)
        return text
      } catch (error) {
        if ((error as { code?: unknown }).code === 'ENOENT') return null
        throw error
      }
    },
  }
}
