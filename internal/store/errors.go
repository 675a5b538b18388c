package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"huifang/internal/problem"
)

// ruleOfState maps the SQLSTATEs of the schema's guards to rules and reasons.
func ruleOfState(code string) (rule, reason string) {
	switch code {
	case "HF001":
		return "T-01", "recorder_unhealthy"
	case "HF002":
		return "T-02", "kept"
	case "HF004":
		return "S-04", "written_once"
	case "HF006":
		return "T-06", "attempt_ended"
	case "HF101":
		return "C-01", "record_final"
	case "HF102":
		return "C-02", "plan"
	case "HF403":
		return "Q-03", "rehearsal"
	case "HF126":
		return "C-26", "visit"
	case "HF125":
		return "C-25", "review"
	case "HF114":
		return "C-14", "channel_refused"
	case "HF151":
		return "C-01", "version_stands"
	case "HF116":
		return "C-16", "version_stands"
	case "HF129":
		return "C-29", "decided"
	case "HF117":
		return "C-17", "slip"
	case "HF122":
		return "C-22", "data_in"
	case "HF118":
		return "C-18", "superior"
	case "HF119":
		return "C-19", "case"
	case "HF121":
		return "C-21", "number"
	case "HF115":
		return "C-15", "interest"
	case "HF202":
		return "S-02", "grant"
	case "HF203":
		return "S-03", "not_filed"
	case "HF107":
		return "T-07", "made_here"
	case "HF303":
		return "R-03", "duty_ended"
	case "HF014":
		return "T-14", "consent_missing"
	case "HF123":
		return "C-23", "records_open"
	case "HF104":
		return "T-04", "attempts_missing"
	}
	return "", ""
}

// reasonOfConstraint names what is taken.
func reasonOfConstraint(name string) (reason, detail string) {
	switch name {
	case "app_user_login_key":
		return "login_taken", "the login is taken"
	case "app_user_staff_number_key":
		return "staff_number_taken", "the staff number is taken"
	case "customer_code_key":
		return "code_taken", "the customer code is taken"
	case "customer_email_customer_id_address_key":
		return "mailbox_taken", "the customer has this mailbox already"
	case "message_source_key_key":
		return "said_already", "the customer was told this already"
	case "contact_point_customer_id_number_key":
		return "number_taken", "the customer has this number already"
	case "feed_name":
		return "name_taken", "a feed has this name already"
	case "api_token_name":
		return "name_taken", "a token has this name already"
	case "paper_code":
		return "code_taken", "a paper of this kind has this code already"
	case "paper_one_draft":
		return "changed_meanwhile", "the draft has changed meanwhile"
	case "trunk_name":
		return "name_taken", "a trunk has this name already"
	case "trunk_probe_one_at_a_time":
		return "probe_running", "a test of this trunk is under way"
	case "attachment_object_kind_object_id_sha256_key":
		return "attached_already", "the same file is attached already"
	case "duty_rule_code_key":
		return "code_taken", "a rule has this code already"
	case "business_event_once_a_contract":
		return "event_taken", "the contract has an event of this kind already"
	case "business_event_once_an_equipment":
		return "event_taken", "the equipment has an event of this kind already"
	case "working_calendar_pkey":
		return "code_taken", "a calendar has this code already"
	case "task_source_key_key":
		return "task_key_taken", "a task with this key exists"
	}
	return "exists", "it exists already"
}

// mapError is the one place where errors of the database become problems. A
// problem in the chain stays what it is.
func mapError(what string, err error) error {
	if err == nil {
		return nil
	}
	wrap := func(e error) error { return fmt.Errorf("%s: %w", what, e) }
	if _, ok := errors.AsType[*problem.Error](err); ok {
		return wrap(err)
	}
	if errors.Is(err, pgx.ErrNoRows) {
		p := problem.NotFound(lastWord(what))
		p.Err = err
		return p
	}
	pe, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		if away(err) {
			return wrap(databaseAway(err))
		}
		return wrap(err)
	}
	if rule, reason := ruleOfState(pe.Code); rule != "" {
		p := problem.Refused(rule, reason, strings.TrimPrefix(pe.Message, rule+": "), nil)
		p.Err = err
		return wrap(p)
	}
	switch {
	case pe.ConstraintName == "call_one_live_per_agent":
		return wrap(&problem.Error{Code: problem.CodeRefused, Reason: "agent_busy", Detail: "the agent has a live call", Err: err})
	case pe.ConstraintName == "call_one_live_per_task":
		return wrap(&problem.Error{Code: problem.CodeRefused, Reason: "line_in_use", Detail: "the task is being called", Err: err})
	case pe.ConstraintName == "access_request_own", pe.ConstraintName == "access_grant_own":
		return wrap(&problem.Error{Code: problem.CodeRefused, Rule: "S-02", Reason: "own_request", Detail: "nobody decides their own request", Err: err})
	case pe.Code == "23505":
		p := problem.Conflict(reasonOfConstraint(pe.ConstraintName))
		p.Err = err
		return wrap(p)
	case pe.Code == "23503":
		return wrap(&problem.Error{Code: problem.CodeInvalid, Reason: "unknown_reference", Detail: "something that is named does not exist", Err: err})
	case strings.HasPrefix(pe.Code, "08"), strings.HasPrefix(pe.Code, "57P"), pe.Code == "53300":
		return wrap(databaseAway(err))
	case strings.HasPrefix(pe.Code, "22"), strings.HasPrefix(pe.Code, "23"):
		// A value that the schema does not take; asking again cannot help.
		return wrap(&problem.Error{Code: problem.CodeInvalid, Reason: "not_storable", Detail: "a value is not allowed", Err: err})
	}
	return wrap(err)
}

func databaseAway(err error) error {
	return &problem.Error{Code: problem.CodeUnavailable, Reason: "database_away", Detail: "the database cannot be reached", Err: err}
}

// away reports whether the connection, not the statement, is what failed.
func away(err error) bool {
	if _, connecting := errors.AsType[*pgconn.ConnectError](err); connecting {
		return true
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	_, network := errors.AsType[net.Error](err)
	return network || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || pgconn.SafeToRetry(err)
}

// lastWord of "look up user" is the kind of thing that was not found.
func lastWord(s string) string { return s[strings.LastIndexByte(s, ' ')+1:] }

// changedMeanwhile is what a guarded change gives that found another state.
func changedMeanwhile(kind string) error {
	return problem.Conflict("changed_meanwhile", "the "+kind+" has changed meanwhile")
}
