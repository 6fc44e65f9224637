/**
 * First names by decade of birth (a Monique is seldom twenty, a Jade seldom seventy), and family
 * names in rough order of frequency. Typical names only: nobody in particular.
 */
type Cohort = { from: number; women: readonly string[]; men: readonly string[] }

const list = (text: string) => text.trim().split(/\s+/)

const COHORTS: readonly Cohort[] = [
  {
    from: 1940,
    women: list(`
      Monique Jacqueline Françoise Nicole Danielle Colette Michèle Marie-Thérèse Yvette
      Annie Josette Odile
    `),
    men: list(`
      Jean Michel Claude Jacques André Pierre Gérard Bernard Roger René Guy Jean-Claude
    `),
  },
  {
    from: 1950,
    women: list(`
      Martine Chantal Brigitte Christine Annick Évelyne Dominique Joëlle Marie-Christine
      Françoise Sylvie Catherine
    `),
    men: list(`
      Alain Patrick Christian Daniel Serge Jean-Pierre Bernard Gilles Yves Dominique
      Francis Hervé
    `),
  },
  {
    from: 1960,
    women: list(`
      Nathalie Sylvie Isabelle Valérie Corinne Véronique Laurence Pascale Sandrine Florence
      Patricia Béatrice
    `),
    men: list(`
      Philippe Thierry Éric Pascal Laurent Didier Bruno Frédéric Olivier Franck Marc
      Stéphane
    `),
  },
  {
    from: 1970,
    women: list(`
      Sandrine Stéphanie Céline Karine Virginie Séverine Delphine Sophie Christelle Anne
      Carole Laëtitia
    `),
    men: list(`
      Stéphane Christophe David Sébastien Nicolas Jérôme Cédric Fabrice Arnaud Karim
      Vincent Mohamed
    `),
  },
  {
    from: 1980,
    women: list(`
      Julie Aurélie Émilie Élodie Céline Marion Audrey Amandine Jennifer Mélanie Sabrina
      Charlotte Claire Fatima
    `),
    men: list(`
      Julien Nicolas Thomas Guillaume Romain Mathieu Jérémy Anthony Benoît Mickaël Pierre
      Mehdi Yannick Loïc
    `),
  },
  {
    from: 1990,
    women: list(`
      Camille Laura Marine Pauline Manon Léa Mathilde Sarah Justine Anaïs Océane Inès Chloé
      Margaux Noémie
    `),
    men: list(`
      Kévin Alexandre Thomas Maxime Antoine Quentin Valentin Clément Hugo Florian Yanis
      Adrien Corentin Bastien
    `),
  },
  {
    from: 2000,
    women: list(`
      Emma Léa Manon Chloé Jade Lola Lucie Zoé Inès Louise Maëlys Yasmine Clara Romane
    `),
    men: list(`
      Lucas Enzo Théo Mathis Nathan Hugo Louis Léo Ethan Rayan Gabriel Noah Maël Tom
    `),
  },
]

const FAMILY_NAMES: readonly string[] =
  `Martin,Bernard,Thomas,Petit,Robert,Richard,Durand,Dubois,Moreau,Laurent,Simon,Michel,Lefebvre,
Leroy,Roux,David,Bertrand,Morel,Fournier,Girard,Bonnet,Dupont,Lambert,Fontaine,Rousseau,Vincent,
Muller,Lefèvre,Faure,André,Mercier,Blanc,Guérin,Boyer,Garnier,Chevalier,François,Legrand,Gauthier,
Garcia,Perrin,Robin,Clément,Morin,Nicolas,Henry,Roussel,Mathieu,Gautier,Masson,Marchand,Duval,
Denis,Dumont,Marie,Lemaire,Noël,Meyer,Dufour,Meunier,Brun,Blanchard,Giraud,Joly,Rivière,Lucas,
Brunet,Gaillard,Barbier,Arnaud,Martinez,Gérard,Roche,Renard,Schmitt,Roy,Leroux,Colin,Vidal,Caron,
Picard,Roger,Fabre,Aubert,Lemoine,Renaud,Dumas,Lacroix,Olivier,Philippe,Bourgeois,Pierre,Benoît,
Rey,Leclerc,Payet,Rolland,Leclercq,Guillaume,Lecomte,Lopez,Jean,Dupuy,Guillot,Hubert,Berger,
Carpentier,Sanchez,Dupuis,Moulin,Louis,Deschamps,Huet,Vasseur,Perez,Boucher,Fleury,Royer,Klein,
Jacquet,Adam,Paris,Poirier,Marty,Aubry,Guyot,Carré,Charles,Renault,Charpentier,Ménard,Maillard,
Baron,Bertin,Bailly,Hervé,Schneider,Fernandez,Collet,Léger,Bouvier,Julien,Prévost,Millet,Perrot,
Daniel,Le Gall,Le Goff,Cousin,Germain,Breton,Besson,Langlois,Rémy,Pons,Benali,Haddad,Diallo,Traoré,
Nguyen,Tran,Da Silva,Ferreira,Pereira,Rossi,Kowalski,Ben Amor,Belkacem,El Amrani,de La Tour`
    .split(',')
    .map((name) => name.replaceAll('\n', ''))

export type Gender = 'f' | 'm'

/** First names usual for that year of birth, most frequent first. */
export function firstNamesOf(year: number, gender: Gender): readonly string[] {
  const cohort = COHORTS.findLast((one) => one.from <= year) ?? COHORTS[0]
  return (gender === 'f' ? cohort?.women : cohort?.men) ?? []
}

/** The family name at `roll` in [0, 1): the first ones of the list come more often. */
export function familyName(roll: number): string {
  const index = Math.floor(roll ** 1.6 * FAMILY_NAMES.length)
  return FAMILY_NAMES[index] ?? 'Martin'
}

/** Lower case, no accents, no spaces: as people write their name in an e-mail address. */
export function asciiName(name: string): string {
  const bare = name.normalize('NFD').replaceAll(/[\u0300-\u036f]/g, '')
  return bare.toLowerCase().replaceAll(/[^a-z-]/g, '')
}
