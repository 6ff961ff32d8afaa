import Box from '@cloudscape-design/components/box';
import StatusIndicator from '@cloudscape-design/components/status-indicator';

/** What is shown until there is something to show. */
export function Waiting({ text }: { text: string }) {
  return (
    <Box padding="xxl" textAlign="center">
      <div role="status">
        <StatusIndicator type="loading">{text}</StatusIndicator>
      </div>
    </Box>
  );
}
