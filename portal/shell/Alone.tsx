import Alert, { type AlertProps } from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import { type ReactNode, useEffect } from 'react';

type AloneProps = { type: AlertProps.Type; title: string; action: ReactNode; children: ReactNode };

/** Replaces all pages: says why there are none, and what to do. */
export function Alone({ type, title, action, children }: AloneProps) {
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <main>
      <Box padding="xxl">
        <div role={type === 'error' ? 'alert' : 'status'}>
          <Box variant="h1" padding={{ bottom: 'm' }}>
            {title}
          </Box>
          <Alert type={type} action={action}>
            {children}
          </Alert>
        </div>
      </Box>
    </main>
  );
}
