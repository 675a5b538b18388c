package audit

// Actions on plans (Rules C-02, C-12, Q-03).
const (
	ActionPlanDrafted         = "plan.drafted"
	ActionPlanChanged         = "plan.changed"
	ActionPlanSelected        = "plan.selected"
	ActionPlanSubmitted       = "plan.submitted"
	ActionPlanApproved        = "plan.approved"
	ActionPlanReturned        = "plan.returned"
	ActionPlanFiled           = "plan.filed"
	ActionPlanRehearsed       = "plan.rehearsed"
	ActionPlanRehearsalSigned = "plan.rehearsal_signed"
	ActionPlanStarted         = "plan.started"
	ActionPlanPlaced          = "plan.placed" // customers without a task were given out again
	ActionPlanClosed          = "plan.closed"
)
