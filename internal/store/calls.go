package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/calendar"
	"huifang/internal/call"
	"huifang/internal/callback"
	"huifang/internal/customer"
)

const attemptColumns = `at.id, at.call_id, at.task_id, at.ordinal, at.trunk, at.slot_date, at.slot_window, at.dialed_at, at.first_response_at,
	at.ringing_at, coalesce(at.ringing_signal,''), at.heard, at.first_media_at, at.answered_at, at.ended_at, coalesce(at.ended_by,''),
	coalesce(at.sip_code,0), at.sip_reason, coalesce(at.q850_cause,0), coalesce(at.outcome,''), at.reason, coalesce(at.ring_ms,0),
	coalesce(at.ring_ok,false), at.counted, at.override_reason, at_r.id, coalesce(at_r.state,'')`

const attemptTables = ` attempt at LEFT JOIN recording at_r ON at_r.call_id = at.call_id`

func scanAttempt(r pgx.CollectableRow) (a callback.Attempt, err error) {
	var date time.Time
	err = r.Scan(&a.ID, &a.CallID, &a.TaskID, &a.Ordinal, &a.Trunk, &date, &a.Slot.Window, at(&a.DialedAt), at(&a.FirstResponseAt),
		at(&a.RingingAt), &a.RingingSignal, &a.Heard, at(&a.FirstMediaAt), at(&a.AnsweredAt), at(&a.EndedAt), &a.EndedBy,
		&a.SIPCode, &a.SIPReason, &a.Q850Cause, &a.Outcome, &a.Reason, &a.RingMs,
		&a.RingOK, &a.Counted, &a.OverrideReason, &a.Recording.ID, &a.Recording.State)
	a.Slot.Date = calendar.DateOf(date)
	return a, err
}

// Attempts of a task, oldest first, with their recordings.
func (s *Store) Attempts(ctx context.Context, taskID uuid.UUID) ([]callback.Attempt, error) {
	as, err := list(ctx, s.pool, scanAttempt, `SELECT `+attemptColumns+` FROM`+attemptTables+`
		WHERE at.task_id = $1 ORDER BY at.dialed_at, at.ordinal, at.id`, taskID)
	return as, mapError("list attempts", err)
}

const selectCall = `
	SELECT c.id, c.task_id, c.customer_id, cu.name, c.contact_point_id, cp.number, c.agent_id, coalesce(ag.name,''), p.code, c.direction, c.queued_at, c.state, coalesce(c.outcome,''),
	       c.reason, coalesce(c.ended_by,''), c.started_at, c.ringing_at, c.answered_at, c.talk_at, c.ended_at, c.notice_at, c.notice_ended_at,
	       r.id, coalesce(r.state,'')
	FROM call c JOIN customer cu ON cu.id = c.customer_id JOIN contact_point cp ON cp.id = c.contact_point_id
	LEFT JOIN app_user ag ON ag.id = c.agent_id JOIN task t ON t.id = c.task_id JOIN program p ON p.id = t.program_id
	LEFT JOIN recording r ON r.call_id = c.id`

func scanCall(r pgx.CollectableRow) (c callback.CallDetail, err error) {
	var number, state string
	err = r.Scan(&c.ID, &c.TaskID, &c.CustomerID, &c.CustomerName, &c.ContactPointID, &number, &c.AgentID, &c.AgentName, &c.ProgramCode,
		&c.Direction, at(&c.QueuedAt), &state, &c.Outcome, &c.Reason, &c.EndedBy, at(&c.StartedAt), at(&c.RingingAt), at(&c.AnsweredAt), at(&c.TalkAt), at(&c.EndedAt),
		at(&c.NoticeAt), at(&c.NoticeEndedAt), &c.Recording.ID, &c.Recording.State)
	c.Number, c.State = customer.StoredNumber(number), call.ParseState(state)
	return c, err
}

// CallsOfTask, newest first, without attempts and record.
func (s *Store) CallsOfTask(ctx context.Context, taskID uuid.UUID) ([]callback.CallDetail, error) {
	cs, err := list(ctx, s.pool, scanCall, selectCall+` WHERE c.task_id = $1 ORDER BY c.started_at DESC, c.id`, taskID)
	return cs, mapError("list calls", err)
}

// Call gives one with attempts and record.
func (s *Store) Call(ctx context.Context, id uuid.UUID) (callback.CallDetail, error) {
	c, err := one(ctx, s.pool, scanCall, selectCall+` WHERE c.id = $1`, id)
	if err != nil {
		return callback.CallDetail{}, mapError("look up call", err)
	}
	c.Attempts, err = list(ctx, s.pool, scanAttempt, `SELECT `+attemptColumns+` FROM`+attemptTables+` WHERE at.call_id = $1 ORDER BY at.ordinal`, id)
	if err != nil {
		return callback.CallDetail{}, mapError("list attempts", err)
	}
	if c.Legs, err = s.callLegs(ctx, id); err != nil {
		return callback.CallDetail{}, mapError("list legs", err)
	}
	rs, err := list(ctx, s.pool, scanRecord, selectRecord+` WHERE cr.call_id = $1`, id)
	if err != nil {
		return callback.CallDetail{}, mapError("look up record", err)
	}
	if len(rs) > 0 {
		c.Record = &rs[0]
		if err := correct(ctx, s.pool, c.Record); err != nil {
			return callback.CallDetail{}, mapError("look up record", err)
		}
	}
	c.Marks, err = list(ctx, s.pool, scanMark, selectMark+` WHERE m.call_id = $1 ORDER BY m.started_at, m.id`, id)
	if err != nil {
		return callback.CallDetail{}, mapError("list marks", err)
	}
	return c, nil
}

// Wrapups lists an agent's calls in wrapup, oldest first. Rules C-01, C-23.
func (s *Store) Wrapups(ctx context.Context, agentID uuid.UUID) ([]callback.Wrapup, error) {
	ws, err := list(ctx, s.pool, func(r pgx.CollectableRow) (w callback.Wrapup, err error) {
		err = r.Scan(&w.CallID, &w.TaskID, &w.CustomerName, at(&w.EndedAt), &w.Outcome)
		return w, err
	}, `SELECT c.id, c.task_id, cu.name, c.ended_at, c.outcome FROM call c JOIN customer cu ON cu.id = c.customer_id
		WHERE c.agent_id = $1 AND c.state = 'wrapup' ORDER BY c.ended_at, c.id`, agentID)
	return ws, mapError("list open records", err)
}

// LiveCalls tells of live calls of the agent and of the task.
func (s *Store) LiveCalls(ctx context.Context, agentID, taskID uuid.UUID) (ofAgent, ofTask bool, err error) {
	err = s.pool.QueryRow(ctx, `
		SELECT EXISTS (SELECT 1 FROM call WHERE agent_id = $1 AND state NOT IN ('wrapup','closed')),
		       EXISTS (SELECT 1 FROM call WHERE task_id = $2 AND state NOT IN ('wrapup','closed'))`, agentID, taskID).Scan(&ofAgent, &ofTask)
	return ofAgent, ofTask, mapError("look up live calls", err)
}

// Contacts of a customer from final records, newest first.
func (s *Store) Contacts(ctx context.Context, customerID uuid.UUID, limit int) ([]callback.Contact, error) {
	cs, err := list(ctx, s.pool, func(r pgx.CollectableRow) (c callback.Contact, err error) {
		err = r.Scan(&c.CallID, at(&c.At), &c.AgentName, &c.Outcome, &c.Disposition, &c.Content, &c.ProgramCode)
		return c, err
	}, `SELECT cr.call_id, cr.contacted_at, ag.name, coalesce(c.outcome,''), cr.disposition, cr.content, p.code
		FROM callback_record cr JOIN call c ON c.id = cr.call_id JOIN app_user ag ON ag.id = cr.agent_id
		JOIN task t ON t.id = cr.task_id JOIN program p ON p.id = t.program_id
		WHERE cr.customer_id = $1 AND cr.state = 'final' ORDER BY cr.contacted_at DESC, cr.id LIMIT $2`, customerID, max(limit, 0))
	return cs, mapError("list contacts", err)
}
