import type { ComponentChildren } from 'preact'
import { useConsole } from '../console-context.ts'

interface ListingProps {
  columns: readonly string[]
  rows: readonly { key: string; cells: readonly ComponentChildren[] }[]
}

/** A plain table; on a phone each row is a card whose cells name themselves. */
export function Listing({ columns, rows }: ListingProps) {
  const { words } = useConsole()
  if (rows.length === 0) return <p class="muted">{words.text('listEmpty')}</p>
  return (
    <table class="listing">
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, cells }) => (
          <tr key={key}>
            {cells.map((cell, index) => (
              <td key={columns[index]} data-column={columns[index]}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
