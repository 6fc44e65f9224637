/** Formulas: read, checked, evaluated live and compiled to SQL, in that order. */
export { checkFormula, partsOf, traitsInFormula } from './check.ts'
export { columnsOfFormula, formulaSql, runFormula } from './compile.ts'
export { FORMS, FUNCTIONS } from './library.ts'
export { FaultyFormula, FORMULA_LIMITS, type FormulaFault } from './syntax.ts'
export { type FormulaType, letSql, type TraitSql, type TraitType } from './tree.ts'
