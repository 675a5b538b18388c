package store

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/call"
	"huifang/internal/disclosure"
	"huifang/internal/problem"
	"huifang/internal/replay"
)

// granting is a world with two recordings of one customer, and people.
type granting struct {
	*world
	svc        *disclosure.Service
	now        time.Time
	recs       []uuid.UUID
	calls      []uuid.UUID
	asker, own access.Principal // a supervisor; the agent of the calls
	head, two  access.Principal // heads of records
}

func newGranting(t *testing.T) *granting {
	t.Helper()
	g := &granting{world: newWorld(t)}
	for range 2 {
		c, _ := g.made(day(23), "10:00-11:00", call.OutcomeNoAnswer, true)
		g.recs, g.calls = append(g.recs, c.RecordingID), append(g.calls, c.CallID)
		g.at = g.at.Add(time.Minute)
	}
	g.now = g.at
	who := func(login string, r access.Role) access.Principal {
		return access.Principal{User: g.addUser(login, r), IP: "10.0.0.7"}
	}
	g.asker, g.head, g.two = who("sun", access.RoleSupervisor), who("he", access.RoleRecordsHead), who("lin", access.RoleRecordsHead)
	g.own = access.Principal{User: g.user, IP: "10.0.0.8"}
	var err error
	g.svc, err = disclosure.NewService(disclosure.Config{Store: g.Store, Clock: func() time.Time { return g.now }})
	g.ok(err)
	return g
}

func (g *granting) ask(who access.Principal, w disclosure.Wanted) disclosure.Request {
	g.t.Helper()
	w.Purpose, w.Days = "客户投诉核实", max(w.Days, 7)
	r, err := g.svc.Ask(g.t.Context(), who, w)
	g.ok(err)
	return r
}

func wantRule(t *testing.T, what string, err error, rule string) {
	t.Helper()
	if p, ok := errors.AsType[*problem.Error](err); !ok || p.Rule != rule {
		t.Errorf("%s: %v, want rule %s", what, err, rule)
	}
}

func (g *granting) sees(who access.Principal) (ids []uuid.UUID) {
	g.t.Helper()
	gs, err := g.Granted(g.t.Context(), who.User.ID, uuid.Nil, g.now)
	g.ok(err)
	for _, r := range gs {
		ids = append(ids, r.ID)
	}
	return ids
}

func TestRuleS02_RequestNarrowedGrantRevoked(t *testing.T) {
	g := newGranting(t)
	ctx := t.Context()
	r := g.ask(g.asker, disclosure.Wanted{Named: []uuid.UUID{g.recs[0], g.calls[1], uuid.New()}, Download: true})
	if ids := g.sees(g.asker); len(ids) != 0 {
		t.Fatalf("before the grant: %v", ids)
	}
	_, cs, err := g.svc.Candidates(ctx, g.head, r.ID)
	g.ok(err)
	if len(cs) != 2 || cs[0].ID != g.recs[1] || cs[1].ID != g.recs[0] || cs[0].Interest {
		t.Fatalf("by the recording's and the call's id: %+v", cs)
	}
	_, err = g.svc.Approve(ctx, g.head, r.ID, disclosure.Decision{Recordings: g.recs, Days: 8})
	wantRule(t, "more days", err, "S-02")
	_, err = g.svc.Approve(ctx, g.head, r.ID, disclosure.Decision{Recordings: []uuid.UUID{uuid.New()}, Days: 1})
	wantRule(t, "another recording", err, "S-02")
	grant, err := g.svc.Approve(ctx, g.head, r.ID, disclosure.Decision{Recordings: g.recs[:1], Days: 2})
	g.ok(err)
	if !grant.Until.Equal(g.now.Add(48 * time.Hour)) {
		t.Errorf("until %v", grant.Until)
	}
	if ids := g.sees(g.asker); !slices.Equal(ids, g.recs[:1]) {
		t.Errorf("granted %v, want %v", ids, g.recs[:1])
	}
	gs, err := g.Granted(ctx, g.asker.User.ID, g.recs[0], g.now)
	g.ok(err)
	if len(gs) != 1 || gs[0].Download || gs[0].GrantID != grant.ID || gs[0].CustomerName != "王小明" {
		t.Errorf("granted %+v", gs)
	}
	if gs, err = g.Granted(ctx, g.asker.User.ID, g.recs[1], g.now); err != nil || len(gs) != 0 {
		t.Errorf("the recording that was left out: %+v, %v", gs, err)
	}
	if gs, err = g.Granted(ctx, g.head.User.ID, g.recs[0], g.now); err != nil || len(gs) != 0 {
		t.Errorf("another person: %+v, %v", gs, err)
	}
	_, err = g.svc.Approve(ctx, g.two, r.ID, disclosure.Decision{Recordings: g.recs, Days: 1})
	if problem.CodeOf(err) != problem.CodeConflict {
		t.Errorf("decided twice: %v", err)
	}

	// Its last moment, and after.
	g.now = grant.Until.Add(-time.Microsecond)
	if len(g.sees(g.asker)) != 1 {
		t.Error("over before its end")
	}
	g.now = grant.Until
	if len(g.sees(g.asker)) != 0 {
		t.Error("heard after its end")
	}
	g.now = g.at

	// A closed account hears nothing, and what is revoked stays so.
	g.ok(g.plain(`UPDATE app_user SET disabled_at = now() WHERE id = '` + g.asker.User.ID.String() + `'`))
	if len(g.sees(g.asker)) != 0 {
		t.Error("a closed account hears")
	}
	g.ok(g.plain(`UPDATE app_user SET disabled_at = NULL WHERE id = '` + g.asker.User.ID.String() + `'`))
	g.ok(g.svc.Revoke(ctx, g.head, grant.ID, "目的已达到"))
	if len(g.sees(g.asker)) != 0 {
		t.Error("heard after the revocation")
	}
	if err := g.svc.Revoke(ctx, g.two, grant.ID, "again"); problem.CodeOf(err) != problem.CodeConflict {
		t.Errorf("revoked twice: %v", err)
	}
	events, err := g.Events(ctx, audit.Filter{ObjectKind: "access_grant", ObjectID: grant.ID.String()})
	g.ok(err)
	if len(events) != 2 || events[0].Action != audit.ActionAccessRevoked || events[1].Action != audit.ActionAccessGranted || events[1].Rule != "S-02" {
		t.Errorf("events %+v", events)
	}
}

func TestRuleS02_NobodyDecidesTheirOwn(t *testing.T) {
	g := newGranting(t)
	ctx := t.Context()
	r := g.ask(g.head, disclosure.Wanted{Named: g.recs})
	_, err := g.svc.Approve(ctx, g.head, r.ID, disclosure.Decision{Recordings: g.recs, Days: 1})
	wantRule(t, "own request", err, "S-02")
	wantRule(t, "own refusal", g.svc.Refuse(ctx, g.head, r.ID, "no"), "S-02")
	for _, role := range []access.Role{access.RoleAgent, access.RoleSupervisor, access.RoleInspector, access.RoleAuditor, access.RoleAdministrator} {
		who := access.Principal{User: access.User{ID: g.two.User.ID, Roles: []access.Role{role}}}
		if _, err := g.svc.Approve(ctx, who, r.ID, disclosure.Decision{Recordings: g.recs, Days: 1}); problem.CodeOf(err) != problem.CodeForbidden {
			t.Errorf("%s approves: %v", role, err)
		}
	}
	// The database says so too.
	wantRule(t, "in SQL", g.Refuse(ctx, r.ID, g.head.User.ID, g.now, "no", g.event("x")), "S-02")
	g.ok(g.svc.Refuse(ctx, g.two, r.ID, "没有依据"))
	mine, _, err := g.svc.Mine(ctx, g.head)
	if err != nil || len(mine) != 1 || mine[0].State != disclosure.StateRefused || mine[0].Reason != "没有依据" {
		t.Errorf("mine %+v, %v", mine, err)
	}
}

func TestRuleC15_NoGrantWithAnInterest(t *testing.T) {
	g := newGranting(t)
	ctx := t.Context()
	refused := func(what string, who access.Principal) {
		t.Helper()
		r := g.ask(who, disclosure.Wanted{Customer: "小明", From: g.now.Add(-time.Hour), To: g.now.Add(time.Hour)})
		_, cs, err := g.svc.Candidates(ctx, g.head, r.ID)
		g.ok(err)
		if len(cs) != 2 || !cs[0].Interest || !cs[1].Interest {
			t.Fatalf("%s: %+v", what, cs)
		}
		_, err = g.svc.Approve(ctx, g.head, r.ID, disclosure.Decision{Recordings: g.recs[:1], Days: 1})
		wantRule(t, what, err, "C-15")
		// Past the service the schema holds.
		wantRule(t, what+" in SQL", g.Approve(ctx, disclosure.Grant{ID: uuid.New(), RequestID: r.ID, UserID: who.User.ID, Recordings: g.recs[:1],
			Until: g.now.Add(time.Hour), GrantedBy: g.head.User.ID, GrantedAt: g.now}, "", g.event("x")), "C-15")
		events, err := g.Events(ctx, audit.Filter{ObjectID: r.ID.String(), Action: audit.ActionAccessBarred})
		if err != nil || len(events) != 1 || events[0].Rule != "C-15" {
			t.Errorf("%s: events %+v, %v", what, events, err)
		}
	}
	refused("the agent of the call", g.own)

	// A grant of before an interest came up gives nothing any more.
	r := g.ask(g.asker, disclosure.Wanted{Named: g.recs})
	_, err := g.svc.Approve(ctx, g.head, r.ID, disclosure.Decision{Recordings: g.recs, Days: 1})
	g.ok(err)
	if len(g.sees(g.asker)) != 2 {
		t.Fatal("not granted")
	}
	g.ok(g.plain(`UPDATE customer SET adviser_id = '` + g.asker.User.ID.String() + `'`))
	if len(g.sees(g.asker)) != 0 {
		t.Error("the adviser hears")
	}
	refused("the customer's adviser", g.asker)
	// Nor does a role: replay asks the same.
	if yes, err := g.HasInterest(ctx, g.asker.User.ID, g.recs[0]); err != nil || !yes {
		t.Errorf("interest of the adviser: %v, %v", yes, err)
	}
	if yes, err := g.HasInterest(ctx, g.head.User.ID, g.recs[0]); err != nil || yes {
		t.Errorf("interest of the head of records: %v, %v", yes, err)
	}
	g.ok(g.plain(`UPDATE customer SET adviser_id = NULL`))
	g.ok(g.plain(`INSERT INTO branch (id, name) VALUES ('00000000-0000-0000-0000-00000000000b', 'B')`))
	g.ok(g.plain(`INSERT INTO department (id, branch_id, name) VALUES ('00000000-0000-0000-0000-00000000000d', '00000000-0000-0000-0000-00000000000b', 'D')`))
	g.ok(g.plain(`UPDATE customer SET department_id = '00000000-0000-0000-0000-00000000000d'`))
	g.ok(g.plain(`UPDATE app_user SET department_id = '00000000-0000-0000-0000-00000000000d' WHERE login = 'sun'`))
	if len(g.sees(g.asker)) != 0 {
		t.Error("the customer's department hears")
	}
	refused("the customer's department", g.asker)
}

func TestRuleS02_GrantsStandInTheDatabase(t *testing.T) {
	g := newGranting(t)
	ctx := t.Context()
	r := g.ask(g.asker, disclosure.Wanted{Named: g.recs})
	direct := disclosure.Grant{ID: uuid.New(), RequestID: r.ID, UserID: g.asker.User.ID, Recordings: g.recs, Until: g.now.Add(time.Hour), GrantedBy: g.head.User.ID, GrantedAt: g.now}
	insert := `INSERT INTO access_grant (id, request_id, user_id, recordings, until, download, granted_by, granted_at) VALUES ('` + direct.ID.String() + `','` + r.ID.String() + `','` +
		g.asker.User.ID.String() + `','{` + g.recs[0].String() + `}', now() + interval '1 hour', false, '` + g.head.User.ID.String() + `', now())`
	wantRefused(t, g.plain(insert), "S-02") // the request is open
	more := direct
	more.Until = g.now.Add(8 * 24 * time.Hour)
	wantRule(t, "longer than asked", g.Approve(ctx, more, "", g.event("x")), "S-02")
	more = direct
	more.Download = true
	wantRule(t, "download that was not asked for", g.Approve(ctx, more, "", g.event("x")), "S-02")
	other := direct
	other.UserID = g.two.User.ID
	wantRule(t, "another person", g.Approve(ctx, other, "", g.event("x")), "S-02")
	g.ok(g.Approve(ctx, direct, "", g.event("x")))
	for _, sql := range []string{
		`UPDATE access_grant SET until = until + interval '1 day'`, `UPDATE access_grant SET recordings = recordings[1:1]`, `UPDATE access_grant SET download = true`,
		`UPDATE access_request SET days = 90`, `UPDATE access_request SET state = 'open', decided_by = NULL, decided_at = NULL`,
	} {
		wantRefused(t, g.plain(sql), "S-02")
	}
	g.ok(g.svc.Revoke(ctx, g.head, direct.ID, "done"))
	wantRefused(t, g.plain(`UPDATE access_grant SET revoked_at = NULL, revoked_by = NULL, revoke_reason = ''`), "S-02")
	wantRefused(t, g.plain(`DELETE FROM access_grant`), "T-02")
	wantRefused(t, g.plain(`DELETE FROM access_request`), "T-02")
}

func TestRuleS02_AccessNamesItsGrant(t *testing.T) {
	g := newGranting(t)
	ctx := t.Context()
	r := g.ask(g.asker, disclosure.Wanted{Named: g.recs})
	grant, err := g.svc.Approve(ctx, g.head, r.ID, disclosure.Decision{Recordings: g.recs, Days: 1})
	g.ok(err)
	for _, a := range []replay.Action{replay.ActionListed, replay.ActionDownloaded} {
		g.ok(g.AppendAccess(ctx, replay.Access{RecordingID: g.recs[0], UserID: g.asker.User.ID, At: g.now, Action: a, GrantID: grant.ID}))
	}
	g.ok(g.AppendAccess(ctx, replay.Access{RecordingID: g.recs[0], UserID: g.head.User.ID, At: g.now, Action: replay.ActionOpened}))
	as, err := g.svc.Accesses(ctx, g.head, grant.ID)
	if err != nil || len(as) != 2 || as[0].Action != replay.ActionDownloaded || as[0].GrantID != grant.ID || as[0].UserName != "sun" {
		t.Errorf("accesses %+v, %v", as, err)
	}
	var withGrant, without int
	g.ok(g.pool.QueryRow(ctx, `SELECT count(*) FILTER (WHERE fact->>'grant_id' = $1), count(*) FILTER (WHERE NOT fact ? 'grant_id') FROM evidence_fact WHERE kind = 'access.1'`, grant.ID.String()).Scan(&withGrant, &without))
	if withGrant != 2 || without != 1 {
		t.Errorf("the leaves: %d name the grant, %d none", withGrant, without)
	}
}

func TestRuleS03_HandingOverNeedsAFiling(t *testing.T) {
	g := newGranting(t)
	ctx := t.Context()
	sum := make([]byte, 32)
	wantRule(t, "no filing", g.svc.HandOver(ctx, g.head, uuid.New(), sum, "李科长"), "S-03")
	f, err := g.svc.Draft(ctx, g.head, disclosure.Filing{Authority: "证监局", Reference: "2026-118", LegalBasis: "证券法 170", Recordings: g.recs})
	g.ok(err)
	wantRule(t, "a draft", g.svc.HandOver(ctx, g.head, f.ID, sum, "李科长"), "S-03")
	wantRule(t, "a draft in SQL", g.HandOver(ctx, f.ID, g.head.User.ID, g.now, sum, "李科长", "", g.event("x")), "S-03")
	if _, err := g.svc.Draft(ctx, g.asker, f); problem.CodeOf(err) != problem.CodeForbidden {
		t.Errorf("a supervisor files: %v", err)
	}
	if _, err := g.svc.Draft(ctx, g.head, disclosure.Filing{Authority: "证监局", Recordings: g.recs}); problem.CodeOf(err) != problem.CodeInvalid {
		t.Errorf("without reference and basis: %v", err)
	}
	g.ok(g.svc.File(ctx, g.head, f.ID))
	wantRefused(t, g.plain(`UPDATE filing SET recordings = recordings[1:1], state = 'handed_over'`), "S-03")
	wantRefused(t, g.plain(`DELETE FROM filing`), "T-02")
	if err := g.svc.HandOver(ctx, g.head, f.ID, sum[:5], "李科长"); problem.CodeOf(err) != problem.CodeInvalid {
		t.Errorf("without the pack's hash: %v", err)
	}
	g.ok(g.svc.HandOver(ctx, g.head, f.ID, sum, "李科长"))
	if err := g.svc.HandOver(ctx, g.head, f.ID, sum, "李科长"); problem.CodeOf(err) != problem.CodeConflict {
		t.Errorf("twice: %v", err)
	}
	fs, err := g.svc.Filings(ctx, g.head)
	if err != nil || len(fs) != 1 || fs[0].State != disclosure.FilingHandedOver || fs[0].TakenBy != "李科长" || len(fs[0].PackSHA256) != 32 {
		t.Errorf("filings %+v, %v", fs, err)
	}
	as, err := g.Accesses(ctx, g.recs[1], 10)
	if err != nil || len(as) != 1 || as[0].Action != replay.ActionExported {
		t.Errorf("accesses %+v, %v", as, err)
	}
}
