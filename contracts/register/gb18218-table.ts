/**
 * What GB 18218-2018 counts substances by, keyed by CAS number: names are ambiguous, translated and misprinted. Those
 * that are not here go by their category.
 */

/** Q, tonnes, and beta of each category of danger: J acute toxicity, W physical danger. */
export const CATEGORIES = {
  J1: { tonnes: 5, beta: 4 },
  J2: { tonnes: 50, beta: 1 },
  J3: { tonnes: 50, beta: 2 },
  J4: { tonnes: 50, beta: 2 },
  J5: { tonnes: 500, beta: 1 },
  'W1.1': { tonnes: 1, beta: 2 },
  'W1.2': { tonnes: 10, beta: 2 },
  'W1.3': { tonnes: 50, beta: 2 },
  W2: { tonnes: 10, beta: 1.5 },
  W3: { tonnes: 150, beta: 1 },
  W4: { tonnes: 50, beta: 1 },
  'W5.1': { tonnes: 10, beta: 1.5 },
  'W5.2': { tonnes: 50, beta: 1 },
  'W5.3': { tonnes: 1000, beta: 1 },
  'W5.4': { tonnes: 5000, beta: 1 },
  'W6.1': { tonnes: 10, beta: 1.5 },
  'W6.2': { tonnes: 50, beta: 1 },
  'W7.1': { tonnes: 10, beta: 1.5 },
  'W7.2': { tonnes: 50, beta: 1 },
  W8: { tonnes: 50, beta: 1 },
  'W9.1': { tonnes: 50, beta: 1 },
  'W9.2': { tonnes: 200, beta: 1 },
  W10: { tonnes: 200, beta: 1 },
  W11: { tonnes: 200, beta: 1 },
} as const satisfies Record<string, Criterion>
export type Category = keyof typeof CATEGORIES
export const CATEGORY_NAMES = Object.keys(CATEGORIES) as readonly Category[]

export interface Criterion {
  /** Q: so much makes an installation by itself, tonnes. */
  readonly tonnes: number
  /** How much worse a release is than of the same share of another substance. */
  readonly beta: number
}

/** A substance that is listed by itself. */
export interface Listed {
  /** For people; nothing is found by it. */
  readonly name: string
  /** Q of each form that the standard tells apart. */
  readonly forms: Readonly<Record<string, { readonly tonnes: number; readonly category: Category }>>
  /** Of the toxic gases that have one of their own. Others have that of their category. */
  readonly beta?: number
}

/** The form of a substance that has only one. */
export const ONLY = 'any'

function toxic(name: string, tonnes: number, beta: number): Listed {
  return { name, forms: { [ONLY]: { tonnes, category: 'J3' } }, beta }
}

/** Beta is that of the category, unless the facility file names another. */
function listed(name: string, tonnes: number, category: Category): Listed {
  return { name, forms: { [ONLY]: { tonnes, category } } }
}

/** Key: CAS number. */
export const LISTED: ReadonlyMap<string, Listed> = new Map<string, Listed>([
  ['7664-41-7', toxic('ammonia', 10, 2)],
  ['7782-50-5', toxic('chlorine', 5, 4)],
  ['7783-06-4', toxic('hydrogen sulfide', 5, 5)],
  ['7446-09-5', toxic('sulfur dioxide', 20, 2)],
  ['10102-44-0', toxic('nitrogen dioxide', 1, 10)],
  ['75-44-5', toxic('phosgene', 0.3, 20)],
  ['75-21-8', toxic('ethylene oxide', 10, 2)],
  ['7803-51-2', toxic('phosphine', 1, 20)],
  ['7647-01-0', toxic('hydrogen chloride, anhydrous', 20, 3)],
  ['630-08-0', toxic('carbon monoxide and gases with it, such as coal gas', 20, 2)],
  ['74-83-9', toxic('methyl bromide', 10, 3)],
  ['74-90-8', toxic('hydrogen cyanide', 1, 10)],
  ['7664-39-3', toxic('hydrogen fluoride', 1, 5)],
  ['624-83-9', toxic('methyl isocyanate', 0.75, 20)],
  ['50-00-0', listed('formaldehyde, above 90 %', 5, 'J3')],
  ['26471-62-5', listed('toluene diisocyanate', 100, 'J5')],
  ['74-82-8', listed('methane', 50, 'W2')],
  ['8006-14-2', listed('natural gas', 50, 'W2')],
  ['1333-74-0', listed('hydrogen', 5, 'W2')],
  ['68476-85-7', listed('liquefied petroleum gas', 50, 'W2')],
  ['74-98-6', listed('propane', 50, 'W2')],
  ['106-97-8', listed('butane', 50, 'W2')],
  ['75-01-4', listed('vinyl chloride', 50, 'W2')],
  ['74-86-2', listed('acetylene', 1, 'W2')],
  ['74-85-1', listed('ethylene', 50, 'W2')],
  ['106-99-0', listed('1,3-butadiene', 5, 'W2')],
  ['74-89-5', listed('methylamine', 5, 'W2')],
  ['115-10-6', listed('dimethyl ether', 50, 'W2')],
  ['7782-44-7', listed('oxygen', 200, 'W4')],
  ['75-56-9', listed('propylene oxide', 10, 'W5.1')],
  ['60-29-7', listed('diethyl ether', 10, 'W5.1')],
  ['71-43-2', listed('benzene', 50, 'W5.3')],
  ['107-13-1', listed('acrylonitrile', 50, 'W5.3')],
  ['75-15-0', listed('carbon disulfide', 50, 'W5.3')],
  ['108-88-3', listed('toluene', 500, 'W5.3')],
  ['67-56-1', listed('methanol', 500, 'W5.3')],
  ['86290-81-5', listed('gasoline', 200, 'W5.3')],
  ['64-17-5', listed('ethanol', 500, 'W5.3')],
  ['67-64-1', listed('acetone', 500, 'W5.3')],
  ['141-78-6', listed('ethyl acetate', 500, 'W5.3')],
  ['110-54-3', listed('n-hexane', 500, 'W5.3')],
  ['100-42-5', listed('styrene', 500, 'W5.4')],
  [
    '6484-52-2',
    {
      name: 'ammonium nitrate',
      forms: {
        /** More than 0.2 % combustibles. */
        combustible: { tonnes: 5, category: 'W1.1' },
        /** At most 0.2 % combustibles. */
        pure: { tonnes: 50, category: 'W9.2' },
        /** Of at most 0.4 % combustibles. */
        fertiliser: { tonnes: 200, category: 'W9.2' },
      },
    },
  ],
  ['7757-79-1', listed('potassium nitrate', 1000, 'W9.2')],
  ['75-20-7', listed('calcium carbide', 100, 'W11')],
  ['7440-23-5', listed('sodium', 10, 'W11')],
  ['7440-09-7', listed('potassium', 1, 'W11')],
])
