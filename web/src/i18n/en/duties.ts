export const duties = {
  title: 'Duty rules', note: 'What is owed after which event, to which customers, by which channel. Versions apply from their day; what is done stays as it is.', empty: 'There is no rule yet. Begin with a template.',
  new: 'New rule', fromTemplate: 'From a template', templates: 'Templates of rules', templatesNote: 'Choose one, check it, then switch it on.', use: 'Use', inUse: 'There is a rule of this name', edit: 'Edit “{{name}}”', create: 'New rule', change: 'Change rule',
  code: 'Code', codeMeans: 'Small letters, digits and dashes; it stays', nameZh: 'Name in Chinese', nameEn: 'Name in English', rule: 'Rule', version: 'Version', versions: 'Versions', versionsOf: 'Versions of “{{name}}”', versionN: 'Version {{n}}', from: 'Applies from', fromMeans: 'Events of this day and later go by this version', reason: 'Why it changes',
  enabled: 'On', disabled: 'Off', state: 'State', actions: 'Actions', trigger: 'Trigger', events: 'Events', festivals: 'Festivals', perMonth: 'Times a month', perMonthMeans: 'Spread over the month', stages: 'Call-backs', stage: 'Call-back {{n}}', addStage: 'Add a call-back', removeStage: 'Remove call-back {{n}}',
  due: 'First day', soft: 'Soft deadline', hard: 'Hard deadline', none: 'None', anchor: 'Counted from', repeat: 'Again after that, each', noRepeat: 'Never', n: 'Number', unit: 'Unit',
  coolingOff: 'Not before the end of the cooling-off', coolingOffDays: 'Cooling-off where the contract names none (days)', beforeCommissioning: 'To be done before commissioning', runningContract: 'Only customers with a running contract', graceDays: 'Days of grace', graceMeans: 'After the deadline, still in time',
  channel: 'Channel', alsoChannel: 'Also allowed', visitFrom: 'A visit from this amount on (yuan)', visitFromMeans: 'Summed per customer; 0: never (C-11)', minAmount: 'Only from this amount on (yuan)', program: 'Program', priority: 'Priority', priorityMeans: '1 first, 9 last', kinds: 'Kinds of customers', grades: 'Grades of customers', all: 'All', target: 'Target of coverage (%)', purposeZh: 'Purpose in Chinese', purposeEn: 'Purpose in English',
  who: 'Who', how: 'How', when: 'When', dryRun: 'Dry run', dryRunOf: 'Dry run: {{name}}', dryRunNote: 'What the rule would make of the data as they are. Nothing is written.', period: 'First days', asOf: 'Judged on', run: 'Compute', looked: 'Customers looked at', concerned: 'Customers concerned', total: 'Owed', wouldOpen: 'Not overdue', wouldMiss: 'Overdue', exists: 'There already', none2: 'Nothing is owed in this period.', firstOf: 'The first {{n}} only',
  customer: 'Customer', deadline: 'Last day', base: 'Counted from', already: 'There already',
  schedule: 'Schedule', onlyMonth: '{{n}} times a month', everyN: 'then each {{text}}',
  triggerOf: { event: 'An event', last_contact: 'Time since the last call-back, or the contract’s start', birthday: 'Birthday', festival: 'Festival', monthly: 'So many times a month' },
  unitOf: { day: 'days', working_day: 'working days', month: 'months', year: 'years', week_start: 'weeks later, the Monday', week_end: 'weeks later, the Sunday', month_end: 'months later, the last day' },
  anchorOf: { event: 'the event', due: 'the first day' },
  channelOf: { call: 'Call', visit: 'Visit', sms: 'SMS', email: 'E-mail', letter: 'Letter' },
  festivalOf: { new_year: 'New Year', spring_festival: 'Spring Festival', lantern: 'Lantern Festival', valentine: 'Valentine’s Day', labour_day: 'Labour Day', dragon_boat: 'Dragon Boat Festival', mid_autumn: 'Mid-Autumn Festival', national_day: 'National Day' },
  kindOf: { investor: 'Investors', equipment_operator: 'Operators of equipment', furniture_buyer: 'Buyers of furniture', advertiser: 'Advertisers', other: 'Others' },
  eventOf: {
    contract_signed: 'Contract signed', contract_changed: 'Contract changed', contract_terminated: 'Contract terminated', contract_expires: 'Contract expires', shipped: 'Shipped', arrived: 'Goods on site', installed: 'Installed', commissioned: 'Commissioned', warranty_ends: 'Warranty ends', delivered: 'Delivered', picked_up: 'Picked up', purchased: 'Purchased',
    repair_dispatched: 'Repair dispatched', repair_overdue: 'Repair late', repair_finished: 'Repair finished', complaint_received: 'Complaint received', complaint_resolved: 'Complaint settled', letter_received: 'Letter received', proposal_received: 'Proposal received', claim_handed_over: 'Claim handed to the insurer', sales_visit: 'Sales visit',
  },
  stateOf: { planned: 'Not yet', open: 'To be done', done: 'Done', unreachable: 'Unreachable', cancelled: 'Cancelled', withdrawn: 'Withdrawn' },
  resultOf: { in_time: 'Done in time', late: 'Done late', open: 'Open', missed: 'Missed' },
} as const;

export const coverage = {
  title: 'Coverage', note: 'Obligatory call-backs by rule and branch, live (R-03). A number shows its list.', empty: 'No deadline lies in this period.', deadlines: 'Deadlines', asOf: 'As of', today: 'Today', branch: 'Branch', noBranch: 'Of no branch', allRules: 'All rules', allBranches: 'All branches',
  due: 'Due', percent: 'Coverage', below: 'Below the target of {{n}}%', sum: 'Total', list: '{{rule}} · {{branch}} · {{result}}', listEmpty: 'There is none.', closedOn: 'Called back', state: 'State', evaluate: 'Evaluate now', evaluated: '{{made}} made, {{moved}} moved, {{withdrawn}} withdrawn, {{opened}} begun', open: 'Show {{n}}: {{text}}',
} as const;
