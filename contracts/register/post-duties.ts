import type { Post } from './inspection-words.ts'

/**
 * What each of the three people of a major-hazard source answers for, in our words; the regulation is the
 * responsibility system of 2021 (docs/inspections.md). Key: post; within it, what programs call the duty.
 */
export const POST_DUTIES = {
  overall: {
    organise: 'Sets up who answers for what at the source, and names the two others.',
    rules: 'Has rules and procedures written, and sees that they are kept to.',
    training: 'Sees that everybody who works there has been trained for it.',
    money: 'Provides what safety costs.',
    supervise: 'Looks at how the two others do their work, and has the whole inspected twice a year.',
    emergency: 'Has an emergency plan drawn up and exercised.',
    registration: 'Has the source registered, and its monitoring data connected to the early-warning system.',
  },
  technical: {
    monitoring: 'Has monitoring and control built as the standards ask.',
    maintenance: 'Has them tested and maintained at their intervals.',
    risk: 'Has the risk made smaller where it is more than is accepted.',
    changes: 'Judges changes, and what contractors do, before they are made.',
    inspect: 'Inspects every quarter or more often, and before holidays and great events.',
    hazards: 'Has what is found there put right.',
  },
  operations: {
    procedures: 'Sees that operating procedures are followed.',
    work: 'Supervises special work and maintenance at the source.',
    inspect: 'Inspects every week or more often.',
    hazards: 'Removes what is found, and reports what they cannot remove.',
  },
} as const satisfies Record<Post, Record<string, string>>
