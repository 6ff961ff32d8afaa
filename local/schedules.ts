/** The work of EventBridge Scheduler: invokes functions at their rates. */
import type { Clock } from './clock.ts';
import type { ScheduleDefinition } from './stackDefinition.ts';

/** The schedules of a stack. A move of the clock over a whole interval runs a schedule once. */
export class Schedules {
  /** While true, schedules don't run; for tests. */
  paused: boolean;
  readonly #timers: NodeJS.Timeout[];

  constructor(
    schedules: readonly ScheduleDefinition[],
    run: (schedule: ScheduleDefinition) => Promise<unknown>,
    { paused, clock }: { paused: boolean; clock: Clock },
  ) {
    this.paused = paused;
    const runNow = (schedule: ScheduleDefinition): void => {
      // The function's log has the failure, and the next run finishes the work.
      if (!this.paused) run(schedule).catch(() => {});
    };
    this.#timers = schedules.map((schedule) => setInterval(() => runNow(schedule), schedule.everySeconds * 1000));
    clock.onMove((movedMs) => {
      for (const schedule of schedules) if (movedMs >= schedule.everySeconds * 1000) runNow(schedule);
    });
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }
}
