package store

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/call"
	"huifang/internal/callback"
	"huifang/internal/customer"
	"huifang/internal/problem"
	"huifang/internal/replay"
	"huifang/internal/retention"
	"huifang/recording/archive"
)

func TestUsers_RoundTripAndConflicts(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	org, err := w.EnsureOrg(ctx, "总部", "回访部", "投诉部")
	w.ok(err)
	again, err := w.EnsureOrg(ctx, "总部", "回访部")
	w.ok(err)
	if again["回访部"] != org["回访部"] {
		t.Fatal("the department was made twice")
	}
	u := w.user
	u.Name, u.Department, u.Roles = "陈", org["投诉部"], []access.Role{access.RoleAgent, access.RoleSupervisor}
	sess := access.Session{ID: uuid.New(), UserID: u.ID, CreatedAt: w.at, LastSeenAt: w.at, ExpiresAt: w.at.Add(time.Hour), IP: "192.0.2.1", UserAgent: "ua"}
	w.ok(w.InsertSession(ctx, sess, access.TokenHash{7}, w.event("session.opened")))
	gotSess, gotUser, err := w.SessionByToken(ctx, access.TokenHash{7})
	w.ok(err)
	if gotSess != sess || gotUser.ID != u.ID {
		t.Fatalf("session %+v of %+v", gotSess, gotUser)
	}
	w.ok(w.UpdateUser(ctx, access.UserUpdate{User: u, EndSessions: true, By: u.ID, At: w.at}, w.event("user.changed")))
	got, hash, err := w.UserByLogin(ctx, "CHEN")
	w.ok(err)
	if hash != "hash" || got.Name != "陈" || got.Department != org["投诉部"] || !slices.Equal(got.Roles, u.Roles) || !slices.Equal(got.Languages, u.Languages) ||
		!got.CreatedAt.Equal(w.at) || got.Disabled() {
		t.Fatalf("user %+v, hash %q", got, hash)
	}
	if gotSess, err = w.Session(ctx, sess.ID); err != nil || gotSess.RevokedAt != w.at || gotSess.RevokedBy != u.ID {
		t.Fatalf("session %+v, %v", gotSess, err)
	}
	if ss, err := w.SessionsOf(ctx, u.ID, w.at); err != nil || len(ss) != 0 {
		t.Fatalf("revoked sessions are listed: %+v, %v", ss, err)
	}
	same := access.User{ID: uuid.New(), Login: "chen", Name: "x", StaffNumber: "y", Roles: u.Roles, CreatedAt: w.at}
	wantCode(t, w.InsertUser(ctx, same, "h", w.event("user.created")), problem.CodeConflict, "login_taken")
	_, err = w.User(ctx, uuid.New())
	wantCode(t, err, problem.CodeNotFound, "user")
	if us, err := w.Users(ctx, access.UserFilter{Role: access.RoleSupervisor}); err != nil || len(us) != 1 {
		t.Fatalf("supervisors %+v, %v", us, err)
	}
}

func TestSignIn_FailuresAreCountedByLoginAndAddress(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	for i, a := range []access.Attempt{{Login: "a", IP: "1"}, {Login: "a", IP: "1"}, {Login: "b", IP: "1"}, {Login: "a", IP: "2"}, {Login: "a", IP: "1", OK: true}} {
		a.At = w.at.Add(time.Duration(i) * time.Second)
		w.ok(w.RecordAttempt(ctx, a))
	}
	f, err := w.Failures(ctx, "a", "1", w.at.Add(-time.Second))
	w.ok(err)
	if f != (access.Failures{LoginIP: 2, LoginIPOldest: w.at, IP: 3, IPOldest: w.at}) {
		t.Fatalf("%+v", f)
	}
	if f, err = w.Failures(ctx, "a", "3", w.at); err != nil || f != (access.Failures{}) {
		t.Fatalf("%+v, %v", f, err)
	}
}

func TestCustomers_SearchAndGuardedChange(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.addCustomer("C2", "欧阳 小 明华", "+8613900139001")
	w.addCustomer("C3", "Ann Smith", "+442071234567")
	for text, want := range map[string]string{"小明": "C1 C2", "明华": "C2", "王": "C1", "小华": "", "smith": "C3", "ann s": "C3", "c2": "C2", "9001": "C2", "8000": "C1"} {
		q := customer.Query{Text: customer.SearchText(text), Grams: customer.QueryGrams(text)}
		q.Tail, _ = customer.Digits(text)
		cs, err := w.Customers(ctx, q)
		w.ok(err)
		var codes []string
		for _, c := range cs {
			codes = append(codes, c.Code)
		}
		if got := strings.Join(codes, " "); got != want {
			t.Errorf("%q finds %q, want %q", text, got, want)
		}
	}
	c, err := w.Customer(ctx, w.cust.ID)
	w.ok(err)
	seen := c.UpdatedAt
	c.Name, c.UpdatedAt, c.AdviserID = "王大明", seen.Add(time.Second), w.user.ID
	c.DoNotCall = &customer.DoNotCall{Since: w.at, Reason: "asked", Channel: customer.ChannelLetter}
	c.ContactPoints[0].Label = "office"
	w.ok(w.UpdateCustomer(ctx, c, seen, w.event("customer.changed")))
	wantCode(t, w.UpdateCustomer(ctx, c, seen, w.event("customer.changed")), problem.CodeConflict, "changed_meanwhile")
	got, err := w.Customer(ctx, c.ID)
	w.ok(err)
	if got.Name != "王大明" || *got.DoNotCall != *c.DoNotCall || got.AdviserName != "chen" || got.ContactPoints[0].Label != "office" ||
		got.ContactPoints[0].Number.Reveal() != "+8613800138000" {
		t.Fatalf("%+v", got)
	}
	if yes, err := w.AssignedTo(ctx, c.ID, w.user.ID); err != nil || !yes {
		t.Fatalf("assigned %v, %v", yes, err)
	}
	if yes, err := w.AssignedTo(ctx, c.ID, uuid.New()); err != nil || yes {
		t.Fatalf("assigned %v, %v", yes, err)
	}
}

func TestCalendarDays_SetReplaceClear(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	o := calendar.Override{Calendar: calendar.House, Day: calendar.Date{Year: 2026, Month: 11, Day: 24}, Name: "x", ChangedBy: w.user.ID, ChangedAt: w.at}
	w.ok(w.SetCalendarDay(ctx, o, w.event("calendar.changed")))
	o.Working = true
	w.ok(w.SetCalendarDay(ctx, o, w.event("calendar.changed")))
	if b, err := w.CalendarBook(ctx); err != nil || len(b.Days) != 1 || b.Days[0] != o || b.Calendars[0].Code != calendar.House {
		t.Fatalf("%+v, %v", b, err)
	}
	w.ok(w.ClearCalendarDay(ctx, o.Calendar, o.Day, w.event("calendar.changed")))
	if b, err := w.CalendarBook(ctx); err != nil || len(b.Days) != 0 {
		t.Fatalf("%+v, %v", b, err)
	}
}

func TestTasks_ProgramRoundTripPagesAndCounts(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	ps, err := w.Programs(ctx)
	w.ok(err)
	w.program.QuestionnaireID, w.program.ScriptID = ps[0].QuestionnaireID, ps[0].ScriptID // papers of its own
	if fmt.Sprint(ps[0]) != fmt.Sprint(w.program) || w.program.ScriptID == w.program.QuestionnaireID {
		t.Fatalf("program\n%+v, want\n%+v", ps, w.program)
	}
	for i := range 4 {
		w.addTask(fmt.Sprint("more", i), w.cust, w.user)
	}
	var seen []uuid.UUID
	q := callback.TaskQuery{AssigneeID: w.user.ID, Text: "小明", Grams: []string{"小明"}, Limit: 2}
	for {
		vs, err := w.Tasks(ctx, q)
		w.ok(err)
		if len(vs) == 0 {
			break
		}
		for _, v := range vs {
			seen = append(seen, v.Task.ID)
		}
		q.After = callback.TaskCursor{DueAt: vs[len(vs)-1].Task.DueAt, ID: seen[len(seen)-1]}
	}
	slices.SortFunc(seen, func(a, b uuid.UUID) int { return strings.Compare(a.String(), b.String()) })
	if len(slices.Compact(seen)) != 5 {
		t.Fatalf("pages hold %d tasks", len(seen))
	}
	w.exec(`UPDATE task SET state = 'waiting', hard_due_at = $2 WHERE source_key = $1`, "more0", w.at.Add(-time.Hour))
	w.exec(`UPDATE task SET state = 'waiting' WHERE source_key = 'more1'`)
	w.exec(`UPDATE task SET state = 'done', closed_at = $1 WHERE source_key = 'more2'`, w.at)
	w.exec(`UPDATE task SET due_at = $1 WHERE source_key = 'more3'`, w.at.Add(-2*time.Hour)) // the day before
	c, err := w.CountTasks(ctx, callback.TaskQuery{AssigneeID: w.user.ID}, callback.DeskTimes{Now: w.at, DayStart: w.at.Add(-time.Hour), DayEnd: w.at.Add(9 * time.Hour)})
	w.ok(err)
	if c != (callback.DeskCounts{Due: 1, Retry: 1, Overdue: 2, DoneToday: 1, Total: 4}) {
		t.Fatalf("%+v", c)
	}
	stale := w.taskNow().Task
	err = w.UpdateTask(ctx, stale, callback.Guard{State: stale.State, UpdatedAt: stale.UpdatedAt.Add(time.Microsecond)}, w.event("task.closed"))
	wantCode(t, err, problem.CodeConflict, "changed_meanwhile")
}

func TestImportTasks_TwiceChangesNothing(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	row := func(key, code, number string) callback.ImportTask {
		return callback.ImportTask{
			Customer: customer.Customer{ID: uuid.New(), Code: code, Kind: customer.KindOther, Name: "某", Language: "zh-CN", TimeZone: "Asia/Shanghai", CreatedAt: w.at, UpdatedAt: w.at,
				ContactPoints: []customer.ContactPoint{{ID: uuid.New(), Number: customer.StoredNumber(number)}}},
			Task: callback.Task{ID: uuid.New(), ProgramID: w.program.ID, Source: callback.SourceImport, SourceKey: key, State: callback.TaskOpen,
				DueAt: w.at, CreatedAt: w.at, UpdatedAt: w.at},
		}
	}
	rows := []callback.ImportTask{row("k1", "C1", "+8613800138000"), row("k2", "C1", "+8613700137000"), row("k3", "N1", "+8613600136000")}
	n, err := w.ImportTasks(ctx, rows, w.event("task.imported"))
	w.ok(err)
	if n != (callback.ImportCounts{Created: 3}) {
		t.Fatalf("%+v", n)
	}
	if n, err = w.ImportTasks(ctx, rows, w.event("task.imported")); err != nil || n != (callback.ImportCounts{Unchanged: 3}) {
		t.Fatalf("%+v, %v", n, err)
	}
	rows[1].Task.Purpose = "new"
	bad := row("k4", "N2", "not a number")
	if _, err = w.ImportTasks(ctx, append(slices.Clone(rows), bad), w.event("task.imported")); err == nil {
		t.Fatal("a wrong row was taken")
	}
	if n, err = w.ImportTasks(ctx, rows, w.event("task.imported")); err != nil || n != (callback.ImportCounts{Updated: 1, Unchanged: 2}) {
		t.Fatalf("%+v, %v", n, err)
	}
	cs, err := w.CustomersByCode(ctx, []string{"C1", "N1", "none"})
	w.ok(err)
	if len(cs) != 2 || len(cs["C1"].ContactPoints) != 2 || cs["C1"].ID != w.cust.ID {
		t.Fatalf("%+v", cs)
	}
	if keys, err := w.TaskKeys(ctx, []string{"k1", "k9"}); err != nil || len(keys) != 1 || keys["k1"] == uuid.Nil {
		t.Fatalf("%+v, %v", keys, err)
	}
}

func TestRuleT04_DispositionCountsTheAnsweredAttempt(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	c := w.newCall()
	a := w.endCall(c)
	if ws, err := w.Wrapups(ctx, w.user.ID); err != nil || len(ws) != 1 || ws[0].CallID != c.CallID || ws[0].CustomerName != "王小明" {
		t.Fatalf("%+v, %v", ws, err)
	}
	r := w.record(c)
	r.Disposition, r.Problems, r.Handling = callback.DispositionWrongPerson, "none", "none"
	r.State, r.FinishedAt = callback.RecordFinal, w.at
	was := w.taskNow().Task
	next := was
	next.State, next.UpdatedAt = callback.TaskWaiting, w.at.Add(time.Hour)
	save := &callback.RecordSave{Record: r, CloseCall: true, CountAttempt: a.AttemptID, Task: &next, TaskWas: callback.Guard{State: was.State, UpdatedAt: w.at}}
	wantCode(t, w.SaveRecord(ctx, save, w.event("record.finished")), problem.CodeConflict, "changed_meanwhile")
	if d, err := w.Call(ctx, c.CallID); err != nil || d.Record != nil || d.State != call.StateWrapup {
		t.Fatalf("half a record was kept: %+v, %v", d, err)
	}
	save.TaskWas.UpdatedAt = was.UpdatedAt
	w.ok(w.SaveRecord(ctx, save, w.event("record.finished")))
	v := w.taskNow()
	if v.Task.State != callback.TaskWaiting || v.Task.Counted != 1 || !v.Marks[0].Counted || v.WrapupCallID != uuid.Nil {
		t.Fatalf("%+v", v)
	}
	d, err := w.Call(ctx, c.CallID)
	w.ok(err)
	if d.State != call.StateClosed || d.Record == nil || d.Record.RecordingID != c.RecordingID || d.Record.Answers["s"] != "satisfied" || d.Record.AgentName != "chen" {
		t.Fatalf("%+v, record %+v", d, d.Record)
	}
	if cs, err := w.Contacts(ctx, w.cust.ID, 10); err != nil || len(cs) != 1 || cs[0].Outcome != call.OutcomeAnswered || cs[0].ProgramCode != "P1" {
		t.Fatalf("%+v, %v", cs, err)
	}
}

func TestRecordings_SearchAndPages(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.settle()
	for range 5 {
		w.made(day(23), "10:00-11:00", call.OutcomeNoAnswer, true)
		w.at = w.at.Add(time.Minute)
	}
	base := replay.Query{From: w.at.Add(-time.Hour), To: w.at.Add(time.Hour), Limit: 2}
	var ids []uuid.UUID
	for q := base; ; {
		rows, err := w.Recordings(ctx, q)
		w.ok(err)
		more := len(rows) > q.Limit
		rows = rows[:min(len(rows), q.Limit)]
		for _, r := range rows {
			if slices.Contains(ids, r.ID) {
				t.Fatal("a row is on two pages")
			}
			ids = append(ids, r.ID)
		}
		if !more {
			break
		}
		q.After = replay.Cursor{OpenedAt: rows[len(rows)-1].OpenedAt, ID: rows[len(rows)-1].ID}
	}
	if len(ids) != 5 {
		t.Fatalf("%d rows", len(ids))
	}
	// A length, what customers said, and a hold, on some of them.
	w.exec(`UPDATE recording SET duration_ms = 10000 WHERE id = $1`, ids[0])
	w.exec(`ALTER TABLE callback_record DISABLE TRIGGER USER`)
	w.exec(`UPDATE callback_record SET answers = '{"s": "dissatisfied"}' WHERE recording_id = ANY($1)`, ids[:2])
	w.exec(`UPDATE callback_record SET answers = '{"s": "fair", "t": "dissatisfied"}' WHERE recording_id = $1`, ids[2])
	w.exec(`ALTER TABLE callback_record ENABLE TRIGGER USER`)
	w.exec(`SELECT recording_search_refresh(id) FROM recording`)
	_, err := w.retention().PlaceHold(ctx, w.head("head"), "2026-17", "claim", retention.Order{Recordings: ids[:1]})
	w.ok(err)
	_, err = w.AddTag(ctx, uuid.New(), ids[1], "样本", w.event("recording.tagged"))
	w.ok(err)
	for name, c := range map[string]struct {
		change func(*replay.Query)
		want   int
	}{
		"two characters": {func(q *replay.Query) { q.Text, q.Grams = "小明", customer.QueryGrams("小明") }, 5},
		"not adjacent":   {func(q *replay.Query) { q.Text, q.Grams = "王明", customer.QueryGrams("王明") }, 0},
		"last digits":    {func(q *replay.Query) { q.Tail = "38000" }, 5},
		"first digits":   {func(q *replay.Query) { q.Tail = "138" }, 0},
		"agent":          {func(q *replay.Query) { q.AgentID = uuid.New() }, 0},
		"outcome":        {func(q *replay.Query) { q.Outcome = call.OutcomeNoAnswer }, 5},
		"state":          {func(q *replay.Query) { q.State = "verified" }, 0},
		"program":        {func(q *replay.Query) { q.Program = "P1" }, 5},
		"earlier":        {func(q *replay.Query) { q.To = q.From.Add(time.Second) }, 0},
		"outbound":       {func(q *replay.Query) { q.Direction = "outbound" }, 5},
		"inbound":        {func(q *replay.Query) { q.Direction = "inbound" }, 0},
		"rung (T-03)":    {func(q *replay.Query) { q.Ring = replay.RingMet }, 5},
		"short (T-03)":   {func(q *replay.Query) { q.Ring = replay.RingShort }, 0},
		"5 attempts":     {func(q *replay.Query) { q.Attempts = 5 }, 5},
		"6 attempts":     {func(q *replay.Query) { q.Attempts = 6 }, 0},
		"10 s":           {func(q *replay.Query) { q.Shortest, q.Longest = 10*time.Second, 10*time.Second }, 1},
		"over 10 s":      {func(q *replay.Query) { q.Shortest = 10*time.Second + 1e6 }, 0},
		"unhappy with s": {func(q *replay.Query) { q.Dissatisfied = "s" }, 2},
		"with any item":  {func(q *replay.Query) { q.Dissatisfied = replay.AnyItem }, 3},
		"with another":   {func(q *replay.Query) { q.Dissatisfied = "z" }, 0},
		"score (C-16)":   {func(q *replay.Query) { q.ScoreBelow = 100 }, 3},
		"lower score":    {func(q *replay.Query) { q.ScoreBelow = 90 }, 0},
		"any score":      {func(q *replay.Query) { q.ScoreBelow = 101 }, 5},
		"tag":            {func(q *replay.Query) { q.Tag = "样本" }, 1},
		"another tag":    {func(q *replay.Query) { q.Tag = "样" }, 0},
		"branch":         {func(q *replay.Query) { q.BranchID = w.branch }, 5},
		"another branch": {func(q *replay.Query) { q.BranchID = uuid.New() }, 0},
		"held (T-02)":    {func(q *replay.Query) { q.Held = replay.HeldYes }, 1},
		"not held":       {func(q *replay.Query) { q.Held = replay.HeldNo }, 4},
		"kept until":     {func(q *replay.Query) { q.RetainBefore = w.at.AddDate(1, 0, 0) }, 0},
	} {
		q := base
		q.Limit = 50
		c.change(&q)
		if rows, err := w.Recordings(ctx, q); err != nil || len(rows) != c.want {
			t.Errorf("%s: %d rows, want %d, %v", name, len(rows), c.want, err)
		}
	}
	d, err := w.Recording(ctx, ids[0])
	w.ok(err)
	if d.Call.ID != d.CallID || len(d.Call.Attempts) != 1 || d.Number.Masked() != "138****8000" || d.State != "opened" || d.Call.Record == nil {
		t.Fatalf("%+v", d)
	}
	_, err = w.Recording(ctx, uuid.New())
	wantCode(t, err, problem.CodeNotFound, "recording")
	w.ok(w.AppendAccess(ctx, replay.Access{RecordingID: ids[0], UserID: w.user.ID, At: w.at, Action: replay.ActionOpened}))
	heard := replay.Access{RecordingID: ids[0], UserID: w.user.ID, UserName: "chen", At: w.at.Add(time.Second), Action: replay.ActionHeard, Channel: replay.ChannelLeft, HasRange: true, ToMs: 900, IP: "192.0.2.1"}
	w.ok(w.AppendAccess(ctx, heard))
	if as, err := w.Accesses(ctx, ids[0], 9); err != nil || len(as) != 2 || as[0] != heard || as[1].HasRange {
		t.Fatalf("%+v, %v", as, err)
	}
	late := replay.Comment{ID: uuid.New(), RecordingID: ids[0], AuthorID: w.user.ID, AuthorName: "chen", At: w.at, AtMs: 900, Text: "晚"}
	early := replay.Comment{ID: uuid.New(), RecordingID: ids[0], AuthorID: w.user.ID, AuthorName: "chen", At: w.at.Add(time.Second), AtMs: 100, Text: "早"}
	w.ok(w.AppendComment(ctx, late, w.event("recording.commented")))
	w.ok(w.AppendComment(ctx, early, w.event("recording.commented")))
	if cs, err := w.Comments(ctx, ids[0]); err != nil || !slices.Equal(cs, []replay.Comment{early, late}) {
		t.Fatalf("%+v, %v", cs, err)
	}
	wantRefused(t, w.plain(`UPDATE recording_comment SET text = 'x'`), "S-04")
	wantRefused(t, w.plain(`DELETE FROM recording_comment`), "T-02")
	wantRefused(t, w.plain(`UPDATE recording_access SET ip = 'x'`), "S-04")
	wantRefused(t, w.plain(`DELETE FROM recording_access`), "T-02")
}

func TestArchive_WayOfARecording(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	c := w.newCall()
	w.ok(w.OpenCall(ctx, c))
	id := c.RecordingID
	twice := func(f func() error) {
		t.Helper()
		w.ok(f())
		w.ok(f())
	}
	now := w.at.Add(time.Hour)
	object := archive.Object{Bucket: "b", Key: "k", VersionID: "v", LockMode: "COMPLIANCE", RetainUntil: w.at.AddDate(4, 0, 0),
		RecordingID: id, KeyID: "2026b", SHA256: [32]byte{9, 8, 7}, Bytes: 640500}
	wantCode(t, w.Stored(ctx, id, object, now), problem.CodeConflict, "recording_state")
	twice(func() error { return w.Spooling(ctx, id) })
	if ids, err := w.Unsealed(ctx, "one"); err != nil || !slices.Equal(ids, []uuid.UUID{id}) {
		t.Fatalf("%v, %v", ids, err)
	}
	twice(func() error { return w.Sealed(ctx, sealed(id, w.at)) })
	if b, err := w.Backlog(ctx, "one"); err != nil || b != (archive.Backlog{Count: 1, Bytes: 640044, Oldest: w.at.Add(time.Minute)}) {
		t.Fatalf("%+v, %v", b, err)
	}
	if _, ok, err := w.ClaimUpload(ctx, "one", now, time.Minute); err != nil || ok {
		t.Fatalf("claimed before the call has ended: %v, %v", ok, err)
	}
	w.exec(`UPDATE call SET state = 'wrapup', ended_at = $2, outcome = 'cancelled' WHERE id = $1`, c.CallID, w.at.Add(time.Minute))
	item, ok, err := w.ClaimUpload(ctx, "one", now, time.Minute)
	w.ok(err)
	want := archive.Item{RecordingID: id, CallID: c.CallID, State: "uploading", CallEnd: w.at.Add(time.Minute), OpenedAt: w.at, RetainYears: 3,
		SHA256: [32]byte{1, 2, 3}, Bytes: 640044, Tries: 1, Object: archive.Object{RecordingID: id}}
	if !ok || item != want {
		t.Fatalf("got %+v, want %+v", item, want)
	}
	if _, ok, err := w.ClaimUpload(ctx, "one", now, time.Minute); err != nil || ok {
		t.Fatalf("claimed twice: %v, %v", ok, err)
	}
	// What a killed process had claimed is due at once for the next one, and only of its instance.
	w.ok(w.Resume(ctx, "two", now))
	if _, ok, err := w.ClaimUpload(ctx, "one", now, time.Minute); err != nil || ok {
		t.Fatalf("another instance let it go: %v, %v", ok, err)
	}
	w.ok(w.Resume(ctx, "one", now))
	if item, ok, err = w.ClaimUpload(ctx, "one", now, time.Minute); err != nil || !ok || item.Tries != 2 {
		t.Fatalf("%+v, %v, %v", item, ok, err)
	}
	twice(func() error { return w.PutOff(ctx, id, "away", now.Add(time.Second)) })
	if item, ok, err = w.ClaimUpload(ctx, "one", now.Add(time.Second), time.Minute); err != nil || !ok || item.Tries != 3 {
		t.Fatalf("%+v, %v, %v", item, ok, err)
	}
	short := object
	short.RetainUntil = w.at.AddDate(3, 0, 0) // the call ended a minute later
	wantRefused(t, w.Stored(ctx, id, short, now), "T-02")
	twice(func() error { return w.Stored(ctx, id, object, now) })
	if item, ok, err = w.ClaimUpload(ctx, "one", now.Add(time.Hour), time.Minute); err != nil || !ok || item.State != "stored" || item.Object != object {
		t.Fatalf("%+v, %v, %v", item, ok, err)
	}
	f, err := w.StoredFile(ctx, id)
	w.ok(err)
	d, err := w.Recording(ctx, id)
	w.ok(err)
	if f.KeyID != "2026b" || !bytes.Equal(f.ObjectSHA256, object.SHA256[:]) || f.ObjectBytes != object.Bytes ||
		d.KeyID != f.KeyID || !bytes.Equal(d.ObjectSHA256, f.ObjectSHA256) || d.ObjectBytes != f.ObjectBytes {
		t.Fatalf("%+v", f)
	}
	if keys, err := w.KeysInUse(ctx); err != nil || !slices.Equal(keys, []string{"2026b"}) {
		t.Fatalf("%v, %v", keys, err)
	}
	for _, exchange := range []string{"key_id = 'other'", "object_sha256 = sha256('x')", "version_id = 'w'", "object_key = 'elsewhere'"} {
		wantRefused(t, w.plain(`UPDATE recording SET `+exchange+` WHERE id = $1`, id), "T-02")
	}
	twice(func() error { return w.Verified(ctx, id, now) })
	if _, ok, err := w.Peaks(ctx, id); ok || err != nil {
		t.Fatalf("a wave form that nobody drew: %v", err)
	}
	drawn := archive.Peaks{Samples: 16000, Left: []int8{-128, 127}, Right: []int8{-1, 0}}
	twice(func() error { return w.Drawn(ctx, id, drawn) })
	if p, ok, err := w.Peaks(ctx, id); err != nil || !ok || p.DurationMs != 2000 || !slices.Equal(p.Left, drawn.Left) || !slices.Equal(p.Right, drawn.Right) {
		t.Fatalf("%+v, %v, %v", p, ok, err)
	}
	wantCode(t, w.Failed(ctx, id, "x"), problem.CodeConflict, "recording_state")
	wantCode(t, w.Missing(ctx, id, "x"), problem.CodeConflict, "recording_state")
	if ids, err := w.ReleaseDue(ctx, "one", now.Add(time.Second), 9); err != nil || !slices.Equal(ids, []uuid.UUID{id}) {
		t.Fatalf("%v, %v", ids, err)
	}
	twice(func() error { return w.Released(ctx, id, now) })
	if ids, err := w.ReleaseDue(ctx, "one", now.Add(time.Second), 9); err != nil || len(ids) != 0 {
		t.Fatalf("%v, %v", ids, err)
	}
}

func TestAudit_PagesNewestFirst(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	for i := range 5 {
		e := w.event("thing.done")
		e.At, e.ObjectID, e.Rule = w.at.Add(time.Duration(i)*time.Second), fmt.Sprint(i), "T-05"
		w.ok(w.AppendEvent(ctx, e))
	}
	var got []string
	for f := (audit.Filter{Action: "thing.done", ActorID: w.user.ID, ObjectKind: "x", From: w.at, To: w.at.Add(time.Hour), Limit: 2}); ; {
		es, err := w.Events(ctx, f)
		w.ok(err)
		if len(es) == 0 {
			break
		}
		for _, e := range es {
			if e.ActorName != "chen" || e.Detail["n"] != 1.0 || e.Rule != "T-05" {
				t.Fatalf("%+v", e)
			}
			got = append(got, e.ObjectID)
			f.Before = e.ID
		}
	}
	if strings.Join(got, "") != "43210" {
		t.Fatalf("order %v", got)
	}
}

func TestOpen_DatabaseAwayIsUnavailable(t *testing.T) {
	t.Parallel()
	_, err := Open(context.Background(), Config{DSN: "host=127.0.0.1 port=1 user=x dbname=x connect_timeout=2 sslmode=disable", Logger: slog.New(slog.DiscardHandler)})
	wantCode(t, err, problem.CodeUnavailable, "database_away")
}

// A server that ends a connection under a query is away, not wrong; the pool
// makes a new one for the next.
func TestErrors_LostConnectionIsUnavailable(t *testing.T) {
	w := newWorld(t)
	_, err := w.pool.Exec(t.Context(), `SELECT pg_terminate_backend(pg_backend_pid())`)
	wantCode(t, mapError("ask", err), problem.CodeUnavailable, "database_away")
	w.ok(w.Ping(t.Context()))
}

func TestRecording_MissingIsShownAndCounted(t *testing.T) {
	w, ctx := newWorld(t), t.Context()
	c := w.newCall()
	w.ok(w.OpenCall(ctx, c))
	for range 2 {
		w.ok(w.Missing(ctx, c.RecordingID, "nothing of it was found"))
	}
	if r, err := w.Recording(ctx, c.RecordingID); err != nil || r.State != "missing" || r.Error != "nothing of it was found" {
		t.Fatalf("%+v, %v", r, err)
	}
	if ids, err := w.Unsealed(ctx, "one"); err != nil || len(ids) != 0 {
		t.Fatalf("%v, %v", ids, err)
	}
	if b, err := w.Backlog(ctx, "one"); err != nil || b != (archive.Backlog{Missing: 1}) {
		t.Fatalf("%+v, %v", b, err)
	}
}
