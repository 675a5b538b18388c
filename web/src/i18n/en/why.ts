import type { Shape } from '../shape';
import type { why as zh } from '../zh-CN/why';

export const why: Shape<typeof zh> = {
  title: 'Why can I not call now?', ask: 'Check by check', yes: 'Can be called now.', wait: 'Cannot be called yet.', needs: 'First: {{reasons}}', next: 'At the earliest, by the rules:', for: 'Agent: {{name}}', zone: 'Customer’s time zone: {{zone}}', checks: 'Checks',
  until: 'ends by itself:', override: 'A supervisor may set it aside with a reason', appointed: 'Agreed with the customer: always allowed', openings: 'Next times to call', noOpening: 'None within sixty days.', appointment: 'appointment',
};
