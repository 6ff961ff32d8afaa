/** Shows the progress of a long task: a bar in a terminal, a line at most every second in another output. */

const BAR_WIDTH = 30;
/** The shortest time between two plain lines. */
const LINE_INTERVAL_MS = 1000;

/** `done` adds a number of finished rows; `end` ends the line of the bar. */
export type Progress = { done: (count: number) => void; end: () => void };

/** Starts to measure the progress over `total` rows. */
export function showProgress(total: number, output: NodeJS.WriteStream): Progress {
  const startedAt = performance.now();
  let count = 0;
  let writtenAt = 0;
  const state = (): string => {
    const seconds = (performance.now() - startedAt) / 1000;
    const rate = count / Math.max(seconds, 0.001);
    const left = rate > 0 ? duration((total - count) / rate) : '?';
    return `${count} of ${total} rows, ${Math.round(rate)}/s, ${left} left`;
  };
  const bar = (): void => {
    const filled = total === 0 ? BAR_WIDTH : Math.round((count / total) * BAR_WIDTH);
    output.write(`\r\x1b[K[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}] ${state()}`);
  };
  return {
    done: (more) => {
      count += more;
      if (output.isTTY) return bar();
      if (count < total && performance.now() - writtenAt < LINE_INTERVAL_MS) return;
      writtenAt = performance.now();
      output.write(`${state()}\n`);
    },
    end: () => {
      if (output.isTTY) output.write('\n');
    },
  };
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
