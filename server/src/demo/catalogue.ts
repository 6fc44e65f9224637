/** What Maison Lorival sells: home textiles and decoration. Prices in cents, tax included. */
export type Product = {
  id: string
  name: string
  category: string
  /** The path of the category's page. */
  categoryPath: string
  path: string
  priceCents: number
  variants: readonly string[]
  /** How often it is looked at, beside the others. */
  appeal: number
}

const LINEN = ['Blanc', 'Lin naturel', 'Terracotta', 'Bleu nuit', 'Vert sauge']
const TABLE = ['Blanc cassé', 'Grès bleu', 'Grès sable']
const LIGHT = ['Laiton', 'Noir mat', 'Rotin']
const ONE = ['Unique']

/** category, path, variants, then `name:price in euros:appeal` */
const SHELVES: readonly (readonly [string, string, readonly string[], string])[] = [
  [
    'Linge de lit',
    'linge-de-lit',
    LINEN,
    `
      Housse de couette en lin lavé:139:9, Parure de lit percale Aubépine:99:8,
      Drap-housse gaze de coton:49:7, Taie d’oreiller en lin lavé:29:8,
      Drap plat percale brodé:69:4, Couvre-lit matelassé Camargue:119:5,
      Couette quatre saisons:159:3, Oreiller en duvet:79:4, Protège-matelas bouclette:45:2
    `,
  ],
  [
    'Linge de bain',
    'linge-de-bain',
    LINEN,
    `
      Drap de bain éponge 600 g:32:7, Serviette nid d’abeille:18:7,
      Peignoir gaze de coton:75:4, Tapis de bain tufté:36:3,
      Gant de toilette (lot de 4):14:3, Fouta rayée Calanque:26:5
    `,
  ],
  [
    'Vaisselle',
    'vaisselle',
    TABLE,
    `
      Assiette plate Grès (lot de 6):78:8, Assiette creuse Grès (lot de 6):72:6,
      Bol petit-déjeuner Faïence:14:7, Saladier émaillé main:48:5,
      Tasse et soucoupe Matin:16:6, Plat à four Terre cuite:42:5,
      Carafe soufflée bouche:34:4, Verre à pied (lot de 6):54:5, Théière fonte Uji:59:3,
      Ménagère inox 24 pièces:129:2
    `,
  ],
  [
    'Luminaires',
    'luminaires',
    LIGHT,
    `
      Suspension rotin Vannerie:89:7, Lampe à poser Galet:69:6,
      Lampadaire trépied Chêne:179:3, Applique laiton Vega:95:4, Guirlande guinguette:39:6,
      Lampe baladeuse:59:5, Abat-jour lin plissé:35:3
    `,
  ],
  [
    'Rideaux',
    'rideaux',
    LINEN,
    `
      Rideau lin lavé à œillets:79:6, Voilage étamine de coton:45:5,
      Rideau velours occultant:95:4, Store bateau sur mesure:149:2,
      Tringle laiton brossé:39:2
    `,
  ],
  [
    'Coussins et plaids',
    'coussins-plaids',
    LINEN,
    `
      Coussin velours côtelé:35:8, Coussin brodé Herbier:39:6, Plaid laine mohair:119:5,
      Plaid gaufré coton:59:6, Pouf tressé main:89:3, Housse de coussin lin:25:7
    `,
  ],
  [
    'Bougies et senteurs',
    'bougies-senteurs',
    ONE,
    `
      Bougie parfumée Figuier:29:9, Bougie parfumée Feu de bois:29:7,
      Diffuseur de parfum Fleur de coton:35:6, Brume d’oreiller Lavande:19:5,
      Photophore verre strié:15:6, Savon liquide Verveine:16:5
    `,
  ],
  [
    'Art de la table',
    'art-de-la-table',
    LINEN,
    `
      Nappe lin lavé:89:5, Serviettes de table (lot de 4):32:6, Chemin de table brodé:39:4,
      Torchon métis (lot de 3):24:6, Tablier de cuisine lin:42:3,
      Set de table tissé (lot de 4):28:4
    `,
  ],
  [
    'Petit mobilier',
    'petit-mobilier',
    ONE,
    `
      Table d’appoint chêne:149:3, Miroir soleil rotin:99:5, Étagère murale frêne:69:4,
      Tabouret tripode:79:3, Panier de rangement jonc:35:6, Vase grès tourné:45:7
    `,
  ],
]

export const PRODUCTS: readonly Product[] = SHELVES.flatMap(
  ([category, slug, variants, items], s) =>
    items.split(',').map((item, i) => {
      const [name = '', price = '0', appeal = '1'] = item.trim().split(':')
      const id = `ML${s + 1}${String(i + 1).padStart(2, '0')}`
      const categoryPath = `/${slug}`
      const path = `${categoryPath}/${id.toLowerCase()}`
      const priceCents = Number(price) * 100
      return {
        id,
        name,
        category,
        categoryPath,
        path,
        priceCents,
        variants,
        appeal: Number(appeal),
      }
    }),
)

export const CATEGORIES: readonly { name: string; path: string }[] = SHELVES.map(
  ([name, slug]) => ({ name, path: `/${slug}` }),
)

export const SEARCHES: readonly string[] = [
  'housse de couette',
  'lin lavé',
  'bougie figuier',
  'rideau occultant',
  'assiette grès',
  'suspension rotin',
  'plaid',
  'nappe',
  'drap housse 160',
  'cadeau crémaillère',
]

/** What the shop's newsletters and advertisements are called, by month (January first). */
export const CAMPAIGNS: readonly string[] = [
  'Semaine du blanc',
  'Douceur d’hiver',
  'Nouvelle collection printemps',
  'Grand ménage de printemps',
  'Fête des mères',
  'Terrasse et guinguette',
  'Soldes d’été',
  'Maison de vacances',
  'Rentrée cocooning',
  'Lumières d’automne',
  'Black Friday lin lavé',
  'Tables de fête',
]

/** One line of a basket. */
export type Line = { product: Product; variant: string; quantity: number }

export const euros = (cents: number) => Math.round(cents) / 100

/** A basket line in the e-commerce vocabulary of the intake. */
export function lineProperties(line: Line): Record<string, unknown> {
  return {
    product_id: line.product.id,
    sku: `${line.product.id}-${line.product.variants.indexOf(line.variant) + 1}`,
    name: line.product.name,
    brand: 'Maison Lorival',
    category: line.product.category,
    variant: line.variant,
    price: euros(line.product.priceCents),
    quantity: line.quantity,
  }
}

export function basketCents(lines: readonly Line[]): number {
  return lines.reduce((sum, line) => sum + line.product.priceCents * line.quantity, 0)
}
