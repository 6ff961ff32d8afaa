import Box from '@cloudscape-design/components/box';
import StatusIndicator from '@cloudscape-design/components/status-indicator';

/** Shown while the page loads. */
export function Waiting({ text }: { text: string }) {
  return (
    <Box padding="xxl" textAlign="center">
      <div role="status">
        <StatusIndicator type="loading">{text}</StatusIndicator>
      </div>
    </Box>
  );
}
