/** Rows in columns two blanks apart; the first row is the heading. */
export function textTable(rows: readonly (readonly string[])[]): string[] {
  const clean = rows.map((row) => row.map(printable))
  const widths = clean[0]?.map((_, column) => Math.max(...clean.map((row) => row[column]?.length ?? 0))) ?? []
  return clean.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** A device may send anything; what would steer the terminal is shown as a dot. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '·')
}

/** Seven digits are all that a number of single precision has; integers keep theirs. */
export function shortened(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(7))
}
