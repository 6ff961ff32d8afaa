import './rows.css';
import type { ReactNode } from 'react';

type Row = { id: string; content: ReactNode; action?: ReactNode };

/** A list for every width: what an entry is, and what can be done with it. */
export function Rows({ label, rows }: { label: string; rows: readonly Row[] }) {
  return (
    <ul className="rows" aria-label={label}>
      {rows.map(({ id, content, action }) => (
        <li key={id}>
          <div>{content}</div>
          {action}
        </li>
      ))}
    </ul>
  );
}
