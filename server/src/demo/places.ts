/** The twelve shops of Maison Lorival and the towns their customers come from. */
export type Town = { city: string; postalCode: string }
export type Shop = { code: string; name: string; towns: readonly Town[]; weight: number }

export const STREETS: readonly string[] = [
  'rue Victor-Hugo',
  'rue de la République',
  'avenue Jean-Jaurès',
  'rue des Lilas',
  'place du Marché',
  'rue Pasteur',
  'chemin des Vignes',
  'rue du Moulin',
  'allée des Tilleuls',
  'boulevard Gambetta',
  'impasse des Cerisiers',
  'rue de l’Église',
  'rue Jules-Ferry',
  'quai des Bateliers',
  'cours de Verdun',
]

const shop = (code: string, name: string, weight: number, towns: string): Shop => ({
  code,
  name,
  weight,
  towns: towns.split(',').map((text) => ({
    postalCode: text.trim().slice(0, 5),
    city: text.trim().slice(6),
  })),
})

export const SHOPS: readonly Shop[] = [
  shop(
    'PAR',
    'Paris Marais',
    20,
    `75003 Paris, 75011 Paris, 75015 Paris, 75018 Paris, 93100 Montreuil, 94300 Vincennes,
     92100 Boulogne-Billancourt, 78000 Versailles`,
  ),
  shop(
    'LYO',
    'Lyon Presqu’île',
    12,
    '69002 Lyon,69003 Lyon,69006 Lyon,69100 Villeurbanne,69300 Caluire-et-Cuire',
  ),
  shop(
    'MRS',
    'Marseille Castellane',
    9,
    '13006 Marseille,13008 Marseille,13100 Aix-en-Provence,13400 Aubagne',
  ),
  shop(
    'BOD',
    'Bordeaux Chartrons',
    9,
    '33000 Bordeaux,33200 Bordeaux,33600 Pessac,33700 Mérignac,33120 Arcachon',
  ),
  shop(
    'LIL',
    'Lille Vieux-Lille',
    8,
    '59000 Lille,59800 Lille,59100 Roubaix,59200 Tourcoing,62000 Arras',
  ),
  shop(
    'NTE',
    'Nantes Graslin',
    8,
    '44000 Nantes,44300 Nantes,44800 Saint-Herblain,44600 Saint-Nazaire',
  ),
  shop(
    'SXB',
    'Strasbourg Krutenau',
    6,
    '67000 Strasbourg,67100 Strasbourg,68000 Colmar,67400 Illkirch-Graffenstaden',
  ),
  shop('TLS', 'Toulouse Carmes', 8, '31000 Toulouse,31400 Toulouse,31700 Blagnac,81000 Albi'),
  shop('RNS', 'Rennes Saint-Georges', 6, '35000 Rennes,35200 Rennes,35400 Saint-Malo,35500 Vitré'),
  shop('NCE', 'Nice Carré d’Or', 5, '06000 Nice,06100 Nice,06400 Cannes,06600 Antibes'),
  shop(
    'MPL',
    'Montpellier Écusson',
    5,
    '34000 Montpellier,34070 Montpellier,34200 Sète,30000 Nîmes',
  ),
  shop(
    'DIJ',
    'Dijon Toison d’Or',
    4,
    '21000 Dijon,21200 Beaune,25000 Besançon,71100 Chalon-sur-Saône',
  ),
]
