import type { SourceKind } from './api.ts'

/** What to paste, with the key and the host filled in. Pure. */
export type Sdk = {
  key: string
  name: string
  /** What the paste bar says: a file or a place. */
  where: 'head' | 'server' | 'app' | 'terminal'
  install?: string
  code: (target: Target) => string
}
export type Target = { writeKey: string; origin: string }

/** `cdp.example.com/v1`: mobile SDKs want the host without its scheme and force https. */
const bareHost = (origin: string): string => origin.replace(/^https?:\/\//, '')

const tag: Sdk = {
  key: 'tag',
  name: 'HTML',
  where: 'head',
  code: ({ writeKey, origin }) => `<script>
  window.clientele = window.clientele || [];
  clientele.push(['load', '${writeKey}', { host: '${origin}' }]);
  clientele.push(['page']);
</script>
<script async src="${origin}/tag.js"></script>

<!-- after your consent banner -->
<script>
  clientele.push(['consent', { analytics: true }]);
</script>`,
}

const analyticsJs: Sdk = {
  key: 'analytics-js',
  name: 'analytics.js',
  where: 'app',
  install: 'npm install @segment/analytics-next',
  code: ({ writeKey, origin }) => `import { AnalyticsBrowser } from '@segment/analytics-next'

const analytics = AnalyticsBrowser.load(
  { writeKey: '${writeKey}', cdnURL: '${origin}' },
  {
    integrations: {
      'Segment.io': {
        apiHost: '${bareHost(origin)}/v1',
        protocol: '${origin.startsWith('https') ? 'https' : 'http'}',
      },
    },
  },
)

analytics.page()
analytics.identify('client-4417082', { email: 'camille@example.com' })
analytics.track('Product Viewed', { product_id: 'L-204', price: 158 })`,
}

const node: Sdk = {
  key: 'node',
  name: 'Node.js',
  where: 'server',
  install: 'npm install @segment/analytics-node',
  code: ({ writeKey, origin }) => `import { Analytics } from '@segment/analytics-node'

const analytics = new Analytics({ writeKey: '${writeKey}', host: '${origin}' })

analytics.identify({
  userId: 'client-4417082',
  traits: { email: 'camille@example.com', city: 'Lyon' },
})
analytics.track({
  userId: 'client-4417082',
  event: 'Order Completed',
  properties: { order_id: 'W-20417733', total: 158, currency: 'EUR' },
})
await analytics.closeAndFlush()`,
}

const python: Sdk = {
  key: 'python',
  name: 'Python',
  where: 'server',
  install: 'pip install segment-analytics-python',
  code: ({ writeKey, origin }) => `import segment.analytics as analytics

analytics.write_key = '${writeKey}'
analytics.host = '${origin}'

analytics.identify('client-4417082', {'email': 'camille@example.com', 'city': 'Lyon'})
analytics.track('client-4417082', 'Order Completed', {'total': 158, 'currency': 'EUR'})
analytics.flush()`,
}

const curl: Sdk = {
  key: 'curl',
  name: 'curl',
  where: 'terminal',
  code: ({ writeKey, origin }) => `curl ${origin}/v1/track \\
  -u '${writeKey}:' \\
  -H 'content-type: application/json' \\
  -d '{
    "userId": "client-4417082",
    "event": "Order Completed",
    "properties": { "order_id": "W-20417733", "total": 158, "currency": "EUR" }
  }'`,
}

const swift: Sdk = {
  key: 'swift',
  name: 'Swift',
  where: 'app',
  install: 'https://github.com/segmentio/analytics-swift',
  code: ({ writeKey, origin }) => `import Segment

let analytics = Analytics(configuration: Configuration(writeKey: "${writeKey}")
  .apiHost("${bareHost(origin)}/v1")
  .cdnHost("${bareHost(origin)}/v1")
  .trackApplicationLifecycleEvents(true))

analytics.identify(userId: "client-4417082", traits: ["email": "camille@example.com"])
analytics.track(name: "Product Viewed", properties: ["product_id": "L-204"])`,
}

const kotlin: Sdk = {
  key: 'kotlin',
  name: 'Kotlin',
  where: 'app',
  install: 'implementation("com.segment.analytics.kotlin:android:1.+")',
  code: ({ writeKey, origin }) => `val analytics = Analytics("${writeKey}", applicationContext) {
  apiHost = "${bareHost(origin)}/v1"
  cdnHost = "${bareHost(origin)}/v1"
  trackApplicationLifecycleEvents = true
}

analytics.identify("client-4417082", buildJsonObject { put("email", "camille@example.com") })
analytics.track("Product Viewed", buildJsonObject { put("product_id", "L-204") })`,
}

const rudder: Sdk = {
  key: 'rudder',
  name: 'RudderStack',
  where: 'server',
  install: 'npm install @rudderstack/rudder-sdk-node',
  code: ({ writeKey, origin }) => `import RudderAnalytics from '@rudderstack/rudder-sdk-node'

const analytics = new RudderAnalytics('${writeKey}', { dataPlaneUrl: '${origin}' })

analytics.track({
  userId: 'client-4417082',
  event: 'Order Completed',
  properties: { order_id: 'W-20417733', total: 158, currency: 'EUR' },
})
analytics.flush()`,
}

export const sdks: Sdk[] = [tag, analyticsJs, node, python, curl, swift, kotlin, rudder]

/** The SDK shown first for a kind of source. */
export function firstSdk(kind: SourceKind): string {
  if (kind === 'web' || kind === 'newsletter') return 'tag'
  if (kind === 'mobile') return 'swift'
  return kind === 'server' ? 'node' : 'curl'
}
