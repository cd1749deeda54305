import { readdirSync, readFileSync } from 'node:fs'
import { withDefaults } from '../config-defaults.ts'
import { ConfigDocument, type Path } from '../config-document.ts'
import { ConfigError, locateProblems, readConfig } from '../config-error.ts'
import { type Problem, schemaProblems } from '../config-problems.ts'
import { isTree, mergeTrees, type Tree } from '../content-tree.ts'
import { didYouMean } from '../suggestion.ts'
import { type CataloguePlan, CataloguePlanSchema } from './incident-schema.ts'

/** Emergency plans to begin with: data, not code. */
const FOLDER = new URL('./plan-catalogue/', import.meta.url)
const EXTENSION = '.yaml'

/** Names of the plans of the catalogue. */
export function cataloguePlanNames(): string[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(EXTENSION))
    .map((name) => name.slice(0, -EXTENSION.length))
    .sort()
}

/** A plan of the catalogue with its defaults. @throws {@link ConfigError} with every problem of its file */
export function cataloguePlan(name: string): CataloguePlan {
  const { content, document, file } = read(name)
  const filled = withDefaults(CataloguePlanSchema, content)
  const problems = locateProblems(document, file, schemaProblems(CataloguePlanSchema, filled))
  if (problems.length > 0) throw new ConfigError('CONFIG_INVALID', problems)
  return filled as CataloguePlan
}

function read(name: string): { content: unknown; document: ConfigDocument; file: string } {
  const file = `${name}${EXTENSION}`
  const document = new ConfigDocument(readFileSync(new URL(file, FOLDER), 'utf8'))
  return { content: readConfig(document, file, 'CONFIG_SYNTAX'), document, file }
}

/**
 * Puts its plan of the catalogue under every plan that names one with `use`. Works on unchecked content; what the
 * facility file gives goes before, maps key by key and lists as a whole.
 */
export function expandPlans(content: unknown): { content: unknown; problems: readonly Problem[] } {
  if (!isTree(content) || !Array.isArray(content.plans)) return { content, problems: [] }
  const problems: Problem[] = []
  const plans = content.plans.map((plan: unknown, index) => {
    if (!isTree(plan) || typeof plan.use !== 'string') return plan
    const found = planTree(plan.use)
    if (found !== undefined) return mergeTrees({ id: plan.use, ...found }, plan)
    const path: Path = ['plans', index, 'use']
    const hint = didYouMean(plan.use, cataloguePlanNames())
    problems.push({ path, message: `no plan "${plan.use}" in the catalogue${hint}` })
    return { id: plan.use, ...plan }
  })
  return { content: { ...content, plans }, problems }
}

function planTree(name: string): Tree | undefined {
  // A name is one of ours: nothing else can be reached by it.
  if (!cataloguePlanNames().includes(name)) return undefined
  const { content } = read(name)
  return isTree(content) ? content : undefined
}
