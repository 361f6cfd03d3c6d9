export { type CronTime, nextSlots } from './cron.ts';
export { createPostWebhook, type PostWebhook, type WebhookMessage } from './notices/post-webhook.ts';
export type { Attempt, ScheduledWorkPorts, SchedulingPorts, SlotRun } from './ports.ts';
export {
  requireSchedule,
  type ScheduleRequest,
  scheduleOf,
  scheduleRequestSchema,
  windowText,
} from './schedule-request.ts';
export { askedFor } from './slots/decide-slot.ts';
export { workOnSlot } from './slots/work-on-slot.ts';
export { createTimekeeper, type Timekeeper } from './timekeeper.ts';
