package httpapi

import (
	"context"

	"huifang/internal/access"
	"huifang/internal/calendar"
)

// houseCalling, houseCalendars and houseShifts answer as the house does.
type houseCalling struct{ *house }

func (h houseCalling) Why(context.Context, access.Principal, ID, ID) (Why, error) {
	return Why{}, h.err
}
func (h houseCalling) Rules(context.Context, ID) (CallingRulesList, error) {
	return CallingRulesList{}, h.err
}
func (h houseCalling) SetRules(context.Context, access.Principal, ID, CallingRulesChange) (CallingRulesList, error) {
	return CallingRulesList{}, h.err
}
func (h houseCalling) Consents(context.Context, access.Principal, ID) (CustomerConsents, error) {
	return CustomerConsents{}, h.err
}
func (h houseCalling) AddConsent(context.Context, access.Principal, ID, NewConsent) (CustomerConsents, error) {
	return CustomerConsents{}, h.err
}
func (h houseCalling) WithdrawConsent(context.Context, access.Principal, ID, ID, string) (CustomerConsents, error) {
	return CustomerConsents{}, h.err
}
func (h houseCalling) SetGroups(context.Context, access.Principal, ID, []string) (CustomerConsents, error) {
	return CustomerConsents{}, h.err
}

type houseCalendars struct{ *house }

func (h houseCalendars) List(context.Context) (CalendarList, error) { return CalendarList{}, h.err }
func (h houseCalendars) Add(context.Context, access.Principal, NewCalendar) (CalendarList, error) {
	return CalendarList{}, h.err
}
func (h houseCalendars) Year(context.Context, string, int) (CalendarYear, error) {
	return CalendarYear{}, h.err
}
func (h houseCalendars) Set(context.Context, access.Principal, string, calendar.Date, DaySetting) (CalendarYear, error) {
	return CalendarYear{}, h.err
}
func (h houseCalendars) Clear(context.Context, access.Principal, string, calendar.Date) (CalendarYear, error) {
	return CalendarYear{}, h.err
}
func (h houseCalendars) Enter(context.Context, access.Principal, int, string) (CalendarYear, error) {
	return CalendarYear{}, h.err
}
func (h houseCalendars) Withdraw(context.Context, access.Principal, int) (CalendarYear, error) {
	return CalendarYear{}, h.err
}

type houseShifts struct{ *house }

func (h houseShifts) State(context.Context, access.Principal) (ShiftState, error) {
	return ShiftState{}, h.err
}
func (h houseShifts) End(context.Context, access.Principal) (ShiftState, error) {
	return ShiftState{}, h.err
}
func (h houseShifts) Unfinished(context.Context, access.Principal) (UnfinishedList, error) {
	return UnfinishedList{}, h.err
}
func (h houseShifts) Override(context.Context, access.Principal, ID, string) (UnfinishedList, error) {
	return UnfinishedList{}, h.err
}
