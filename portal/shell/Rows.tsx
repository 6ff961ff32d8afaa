import './rows.css';
import type { ReactNode } from 'react';

type Row = { id: string; content: ReactNode; action?: ReactNode };

/** A list for screens of every width: each row has a text and the actions on it. */
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
