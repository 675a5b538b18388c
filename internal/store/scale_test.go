package store

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/call"
	"huifang/internal/customer"
	"huifang/internal/replay"
)

// What `make bench-search` sets.
const (
	rowsVariable  = "HUIFANG_SEARCH_ROWS"
	timesVariable = "HUIFANG_SEARCH_TIMES"
)

func figureOf(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}

const (
	scaleMonths     = 36
	scaleAgents     = 1000
	scalePrograms   = 20
	scaleBranches   = 20
	rowsPerCustomer = 6
)

var scaleEnd = time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)

// scaled is a database with calls of three years.
type scaled struct {
	*Store
	t    *testing.T
	rows int
	rng  *rand.Rand
}

func (s *scaled) exec(sql string, args ...any) {
	s.t.Helper()
	if _, err := s.pool.Exec(s.t.Context(), sql, args...); err != nil {
		s.t.Fatalf("%s: %v", strings.TrimSpace(sql[:min(len(sql), 80)]), err)
	}
}

// generate makes the calls with all that belongs to them. Triggers and foreign
// keys are off and indexes are built afterwards; the search rows are then
// computed as the migration computes them.
func generate(t *testing.T, rows int) *scaled {
	st, err := Open(t.Context(), Config{DSN: kit.New(t) + " session_replication_role=replica", Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(st.Close)
	s := &scaled{Store: st, t: t, rows: rows, rng: rand.New(rand.NewPCG(1, uint64(rows)))}
	facts := []string{"customer", "contact_point", "task", "call", "attempt", "recording", "callback_record"}
	rebuild := s.unindex(append(facts, "recording_search"))
	s.people()
	s.customers()
	s.calls()
	rebuild(facts)
	for _, f := range facts {
		s.exec("ANALYZE " + f)
	}
	s.fill()
	rebuild([]string{"recording_search"})
	s.exec("VACUUM (ANALYZE) recording_search")
	return s
}

// unindex drops what indexes tables and gives what builds it again.
func (s *scaled) unindex(tables []string) (rebuild func(tables []string)) {
	ctx := s.t.Context()
	type index struct{ table, def string }
	defs, err := list(ctx, s.pool, func(r pgx.CollectableRow) (d index, err error) {
		err = r.Scan(&d.table, &d.def)
		return d, err
	}, `SELECT tablename::text, indexdef FROM pg_indexes WHERE tablename = ANY($1) ORDER BY 1, 2`, tables)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, table := range tables {
		constraints, err := list(ctx, s.pool, pgx.RowTo[string], `SELECT conname::text FROM pg_constraint WHERE conrelid = $1::regclass AND contype IN ('p','u')`, table)
		if err != nil {
			s.t.Fatal(err)
		}
		for _, c := range constraints {
			s.exec("ALTER TABLE " + table + " DROP CONSTRAINT " + c + " CASCADE")
		}
		indexes, err := list(ctx, s.pool, pgx.RowTo[string], `SELECT indexname::text FROM pg_indexes WHERE tablename = $1`, table)
		if err != nil {
			s.t.Fatal(err)
		}
		for _, i := range indexes {
			s.exec("DROP INDEX " + i)
		}
	}
	return func(tables []string) {
		s.say("building indexes of " + strings.Join(tables, ", "))
		var wait sync.WaitGroup
		slots := make(chan struct{}, 2)
		for _, d := range defs {
			if !slices.Contains(tables, d.table) {
				continue
			}
			slots <- struct{}{}
			build := func() {
				defer func() { <-slots }()
				if _, err := s.pool.Exec(ctx, strings.Replace(d.def, " ON ONLY ", " ON ", 1)); err != nil {
					s.t.Error(err)
				}
			}
			if d.table == "recording_search" { // its parts are built one after another
				build()
				continue
			}
			wait.Go(build)
		}
		wait.Wait()
	}
}

func (s *scaled) say(what string) {
	if s.rows >= 1e5 {
		fmt.Println(time.Now().Format("15:04:05"), what)
	}
}

func (s *scaled) people() {
	s.exec(`INSERT INTO branch SELECT md5('b'||i)::uuid, '分公司'||i FROM generate_series(0, $1) i`, scaleBranches-1)
	s.exec(`INSERT INTO department SELECT md5('d'||i)::uuid, md5('b'||i)::uuid, '客服' FROM generate_series(0, $1) i`, scaleBranches-1)
	s.exec(`INSERT INTO app_user (id, login, name, staff_number, department_id, roles, password_hash, created_at)
		SELECT md5('a'||i)::uuid, 'agent'||i, '坐席'||i, 'S'||i, md5('d'||i%$2)::uuid, '{agent}', 'x', now() FROM generate_series(0, $1) i`, scaleAgents-1, scaleBranches)
	s.exec(`INSERT INTO program (id, code, name_zh, name_en, windows, government_windows, created_at)
		SELECT md5('p'||i)::uuid, 'P'||i, '回访'||i, 'Program '||i, '{}', '{}', now() FROM generate_series(0, $1) i`, scalePrograms-1)
}

const (
	surnames = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严"
	given    = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国志文子轩浩宇欣怡梓涵雨泽佳琪思远嘉豪俊晨曦雅婷博瑞诗若雪峰鹏飞海燕晓东春生金凤立新永康德福家乐天佑月光云清林森启航书瑶锦程一诺安然可心美玲秋菊冬青"
)

// name draws surnames as they are spread, a few with many people, and one or two characters more.
func (s *scaled) name() string {
	sur, giv := []rune(surnames), []rune(given)
	name := string(sur[int(float64(len(sur))*s.rng.Float64()*s.rng.Float64())]) + string(giv[s.rng.IntN(len(giv))])
	if s.rng.IntN(10) < 8 {
		name += string(giv[s.rng.IntN(len(giv))])
	}
	return name
}

func (s *scaled) customers() {
	n := s.rows/rowsPerCustomer + 1
	s.say(fmt.Sprint(n, " customers"))
	created := scaleEnd.AddDate(-4, 0, 0)
	id := func(kind byte, i int) uuid.UUID {
		return uuid.NewMD5(uuid.NameSpaceOID, []byte(string(kind)+strconv.Itoa(i)))
	}
	copyIn := func(table string, columns []string, row func(i int) []any) {
		if _, err := s.pool.CopyFrom(s.t.Context(), pgx.Identifier{table}, columns, pgx.CopyFromSlice(n, func(i int) ([]any, error) { return row(i), nil })); err != nil {
			s.t.Fatal(err)
		}
	}
	copyIn("customer", []string{"id", "code", "kind", "name", "name_grams", "created_at", "updated_at"}, func(i int) []any {
		name := s.name()
		return []any{id('c', i), "C" + strconv.Itoa(i), "investor", name, customer.NameGrams(name), created, created}
	})
	copyIn("contact_point", []string{"id", "customer_id", "number"}, func(i int) []any {
		return []any{id('n', i), id('c', i), fmt.Sprintf("+861%d%09d", 3+s.rng.IntN(7), s.rng.IntN(1e9))}
	})
	s.exec(`CREATE TABLE scale_customer AS SELECT row_number() OVER () - 1 AS i, c.id, p.id AS point, p.number FROM customer c JOIN contact_point p ON p.customer_id = c.id`)
	s.exec(`CREATE UNIQUE INDEX ON scale_customer (i)`)
	s.exec(`ANALYZE scale_customer`)
}

// calls makes two calls of each task, spread evenly over the months.
func (s *scaled) calls() {
	first := scaleEnd.AddDate(0, -scaleMonths, 0)
	step := float64(scaleEnd.Sub(first).Microseconds()) / float64(s.rows) // of one call after the other
	const source = `FROM (SELECT i, $3::timestamptz + make_interval(secs => i * $4 / 1e6) AS at, (hashint8(i) & 1023) AS h, (hashint8(i + 7e9::bigint) & 65535) AS g FROM generate_series($1::int8, $2::int8) i) x
		JOIN scale_customer sc ON sc.i = (x.i / 2 * 2654435761) % (SELECT count(*) FROM scale_customer)`
	const chunk = 100_000
	for from := 0; from < s.rows; from += chunk {
		to := min(from+chunk, s.rows) - 1
		args := []any{from, to, first, step}
		s.exec(`INSERT INTO task (id, program_id, customer_id, source, state, due_at, closed_at, created_at, updated_at)
			SELECT md5('t'||x.i/2)::uuid, md5('p'||h%20)::uuid, sc.id, 'manual', 'done', at, at, at, at `+source+` WHERE x.i % 2 = 0`, args...)
		s.exec(`INSERT INTO call (id, task_id, customer_id, contact_point_id, agent_id, branch_id, instance, state, outcome, ended_by, direction, started_at, ended_at, updated_at)
			SELECT md5('k'||x.i)::uuid, md5('t'||x.i/2)::uuid, sc.id, sc.point, md5('a'||g%1000)::uuid, md5('b'||g%1000%20)::uuid, 'one', 'closed',
			CASE WHEN h < 560 THEN 'answered' WHEN h < 820 THEN 'no_answer' WHEN h < 900 THEN 'busy' WHEN h < 960 THEN 'rejected' WHEN h < 1000 THEN 'unreachable' ELSE 'invalid_number' END,
			'network', CASE WHEN g % 25 = 0 THEN 'inbound' ELSE 'outbound' END, at, at + interval '1 minute', at `+source, args...)
		s.exec(`INSERT INTO attempt (id, call_id, task_id, ordinal, trunk, caller_id, number, slot_date, slot_window, dialed_at, ended_at, outcome, ring_ok)
			SELECT md5('m'||x.i||'.'||n)::uuid, md5('k'||x.i)::uuid, md5('t'||x.i/2)::uuid, n, 'main', '4000', sc.number, at::date, '10:00-11:00', at, at, 'answered', (g + n) % 50 > 0 `+
			source+` CROSS JOIN LATERAL generate_series(1, CASE WHEN g % 300 = 0 THEN 4 WHEN g % 20 = 0 THEN 2 ELSE 1 END) n`, args...)
		s.exec(`INSERT INTO recording (id, call_id, instance, state, opened_at, sealed_at, started_at, duration_ms, bytes, sha256, law, object_key, version_id, lock_mode, retain_until, first_retain_until, stored_at, verified_at, updated_at)
			SELECT md5('r'||x.i)::uuid, md5('k'||x.i)::uuid, 'one', CASE WHEN g % 5000 = 0 THEN 'failed' WHEN at > $5 THEN 'uploading' ELSE 'verified' END, at, at, at,
			CASE WHEN h < 560 THEN 20000 + (g::int8 * g / 4300) ELSE 30000 END, 640044, sha256(int8send(x.i)), 'alaw', 'k', 'v', 'COMPLIANCE', at + interval '3 years 1 day', at + interval '3 years 1 day', at, at, at `+source,
			append(args, scaleEnd.Add(-time.Hour))...)
		s.exec(`INSERT INTO callback_record (id, call_id, task_id, recording_id, agent_id, customer_id, contacted_at, method, disposition, content, problems, handling, answers, state, created_at, updated_at, finished_at)
			SELECT md5('o'||x.i)::uuid, md5('k'||x.i)::uuid, md5('t'||x.i/2)::uuid, md5('r'||x.i)::uuid, md5('a'||g%1000)::uuid, sc.id, at, 'telephone', 'completed', '一切正常', '无', '无',
			jsonb_build_object('service', CASE WHEN g % 40 = 0 THEN 'dissatisfied' ELSE 'satisfied' END, 'product', CASE WHEN g % 31 = 0 THEN 'dissatisfied' WHEN g % 3 = 0 THEN 'fair' ELSE 'satisfied' END,
			'delivery', CASE WHEN g % 97 = 0 THEN 'dissatisfied' ELSE 'satisfied' END), 'final', at, at, at `+source+` WHERE h < 560`, args...)
		if from/chunk%10 == 9 {
			s.say(fmt.Sprint(to+1, " calls"))
		}
	}
	s.exec(`INSERT INTO legal_hold (id, case_number, reason, placed_by, placed_at) SELECT md5('h')::uuid, '2026-1', 'claim', md5('a0')::uuid, now()`)
	s.exec(`INSERT INTO legal_hold_recording (hold_id, recording_id, added_at, added_by) SELECT md5('h')::uuid, md5('r'||i)::uuid, now(), md5('a0')::uuid FROM generate_series(0, $1::int8, 50021) i`, s.rows-1)
	s.exec(`INSERT INTO recording_tag SELECT md5('g'||i)::uuid, md5('r'||i)::uuid, CASE WHEN i % 10 = 0 THEN '样本' ELSE '培训' END, md5('a0')::uuid, now() FROM generate_series(0, $1::int8, 1009) i`, s.rows-1)
}

// fill computes the search rows, month by month.
func (s *scaled) fill() {
	s.exec(`DROP TABLE scale_customer`)
	for m := range scaleMonths {
		from := scaleEnd.AddDate(0, m-scaleMonths, 0)
		s.exec(`SELECT recording_search_month($1)`, from)
		s.exec(`INSERT INTO recording_search SELECT * FROM recording_search_fact WHERE opened_at >= $1 AND opened_at < $2`, from, from.AddDate(0, 1, 0))
		if m%6 == 5 {
			s.say(fmt.Sprint(m+1, " months"))
		}
	}
}

// usual are the searches that people make, with values that differ each time.
func (s *scaled) usual() []struct {
	name string
	ask  func(q *replay.Query)
} {
	all := func(q *replay.Query) { q.From, q.To = scaleEnd.AddDate(0, -scaleMonths, 0), scaleEnd }
	days := func(q *replay.Query, n int) {
		q.To = scaleEnd.AddDate(0, 0, -s.rng.IntN(900))
		q.From = q.To.AddDate(0, 0, -n)
	}
	agent := func(q *replay.Query) { q.AgentID = s.id("a", s.rng.IntN(scaleAgents)) }
	outcome := func(q *replay.Query) { q.Outcome = call.Outcomes()[s.rng.IntN(3)] }
	text := func(q *replay.Query, from, to int) {
		r := []rune(s.someone())
		q.Text = string(r[min(from, len(r)-2):min(to, len(r))])
		q.Grams = customer.QueryGrams(q.Text)
	}
	return []struct {
		name string
		ask  func(q *replay.Query)
	}{
		{"newest, 90 days", func(q *replay.Query) { days(q, 90) }},
		{"newest, 36 months", all},
		{"a page deep in 36 months", func(q *replay.Query) {
			all(q)
			q.After = replay.Cursor{OpenedAt: scaleEnd.AddDate(0, 0, -s.rng.IntN(1000)), ID: uuid.New()}
		}},
		{"agent, 90 days", func(q *replay.Query) { days(q, 90); agent(q) }},
		{"agent, 36 months", func(q *replay.Query) { all(q); agent(q) }},
		{"agent, outcome, 30 days", func(q *replay.Query) { days(q, 30); agent(q); outcome(q) }},
		{"outcome, program, direction, 90 days", func(q *replay.Query) {
			days(q, 90)
			outcome(q)
			q.Program, q.Direction = fmt.Sprint("P", s.rng.IntN(scalePrograms)), "inbound"
		}},
		{"branch, outcome, 36 months", func(q *replay.Query) { all(q); outcome(q); q.BranchID = s.id("b", s.rng.IntN(scaleBranches)) }},
		{"two characters of a name, 90 days", func(q *replay.Query) { days(q, 90); text(q, 1, 3) }},
		{"two characters of a name, 36 months", func(q *replay.Query) { all(q); text(q, 1, 3) }},
		{"whole name, 36 months", func(q *replay.Query) { all(q); text(q, 0, 3) }},
		{"surname, 36 months", func(q *replay.Query) { all(q); text(q, 0, 1) }},
		{"name and agent, 36 months", func(q *replay.Query) { all(q); text(q, 0, 2); agent(q) }},
		{"last 4 digits, 36 months", func(q *replay.Query) { all(q); q.Tail = fmt.Sprintf("%04d", s.rng.IntN(1e4)) }},
		{"last 3 digits, 36 months", func(q *replay.Query) { all(q); q.Tail = fmt.Sprintf("%03d", s.rng.IntN(1e3)) }},
		{"whole number, 36 months", func(q *replay.Query) { all(q); q.Tail = s.number() }},
		{"failed, 36 months", func(q *replay.Query) { all(q); q.State = "failed" }},
		{"uploading, 36 months", func(q *replay.Query) { all(q); q.State = "uploading" }},
		{"any dissatisfied item, 90 days", func(q *replay.Query) { days(q, 90); q.Dissatisfied = replay.AnyItem }},
		{"one dissatisfied item, 36 months", func(q *replay.Query) { all(q); q.Dissatisfied = "delivery" }},
		{"score below 80, 36 months", func(q *replay.Query) { all(q); q.ScoreBelow = 80 }},
		{"rung too short, program, 36 months", func(q *replay.Query) {
			all(q)
			q.Ring, q.Program = replay.RingShort, fmt.Sprint("P", s.rng.IntN(scalePrograms))
		}},
		{"5 attempts and more, 36 months", func(q *replay.Query) { all(q); q.Attempts = 5 }},
		{"longer than 16 minutes, 36 months", func(q *replay.Query) { all(q); q.Shortest = 16 * time.Minute }},
		{"shorter than 21 s, agent, 36 months", func(q *replay.Query) { all(q); agent(q); q.Longest = 21 * time.Second }},
		{"held, 36 months", func(q *replay.Query) { all(q); q.Held = replay.HeldYes }},
		{"tag, 36 months", func(q *replay.Query) { all(q); q.Tag = "样本" }},
		{"retention ends within a month, 36 months", func(q *replay.Query) { all(q); q.RetainBefore = scaleEnd.AddDate(0, 1, 0) }},
	}
}

func (s *scaled) id(kind string, i int) (id uuid.UUID) {
	if err := s.pool.QueryRow(s.t.Context(), `SELECT md5($1)::uuid`, kind+strconv.Itoa(i)).Scan(&id); err != nil {
		s.t.Fatal(err)
	}
	return id
}

func (s *scaled) someone() (name string) { return s.pick("name", "customer") }
func (s *scaled) number() string         { return strings.TrimPrefix(s.pick("number", "contact_point"), "+") }

func (s *scaled) pick(column, table string) (v string) {
	if err := s.pool.QueryRow(s.t.Context(), `SELECT `+column+` FROM `+table+` WHERE id >= $1 ORDER BY id LIMIT 1`, uuid.UUID{byte(s.rng.IntN(250)), byte(s.rng.IntN(256)), byte(s.rng.IntN(256))}).Scan(&v); err != nil {
		s.t.Fatal(err)
	}
	return v
}

var monthOf = regexp.MustCompile(`recording_search_(\d{4}_\d{2}|other)`)

// months lists the partitions that the plan of a search reads.
func (s *scaled) months(q replay.Query) []string {
	sql, args := searchSQL(q)
	lines, err := list(s.t.Context(), s.pool, pgx.RowTo[string], "EXPLAIN "+sql, append([]any{pgx.QueryExecModeExec}, args...)...)
	if err != nil {
		s.t.Fatal(err)
	}
	var out []string
	for _, l := range lines {
		if m := monthOf.FindStringSubmatch(l); m != nil && strings.Contains(l, " on recording_search_") {
			out = append(out, m[1])
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Every search finds what the facts say, and reads no month that it need not.
// With HUIFANG_SEARCH_ROWS (`make bench-search`) it is measured instead.
func TestRuleT08_SearchAtScale(t *testing.T) {
	t.Parallel()
	rows, times := figureOf(rowsVariable, 4000), figureOf(timesVariable, 2)
	s := generate(t, rows)
	measured := os.Getenv(rowsVariable) != ""
	if measured {
		fmt.Printf("%d recordings of %d months, searches of 50 rows, %d times each after as many to warm up; milliseconds\n%-44s %8s %8s %8s %6s %6s\n", rows, scaleMonths, times, "search", "p50", "p99", "most", "rows", "months")
	}
	found := 0
	for _, u := range s.usual() {
		var took []time.Duration
		var most int
		var read []string
		for n := range 2 * times { // the first half warms up
			q := replay.Query{Limit: 50}
			u.ask(&q)
			if !measured {
				found += s.compare(u.name, q)
				continue
			}
			start := time.Now()
			got, err := s.Recordings(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			if n >= times {
				took = append(took, time.Since(start))
			}
			most, read = max(most, len(got)), s.months(q)
		}
		if measured {
			slices.Sort(took)
			ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
			fmt.Printf("%-44s %8.1f %8.1f %8.1f %6d %6d\n", u.name, ms(took[len(took)/2]), ms(took[len(took)*99/100]), ms(took[len(took)-1]), most, len(read))
		}
	}
	if !measured && found < 500 {
		t.Errorf("the searches together found %d rows: too few to show anything", found)
	}
	var size string
	if err := s.pool.QueryRow(t.Context(), `SELECT pg_size_pretty(sum(pg_table_size(relid))) || ' and indexes ' || pg_size_pretty(sum(pg_indexes_size(relid))) FROM pg_partition_tree('recording_search') WHERE isleaf`).Scan(&size); err != nil {
		t.Fatal(err)
	}
	s.say("search rows " + size)
}

// compare finds the same by asking the facts, row by row; it gives how many.
func (s *scaled) compare(name string, q replay.Query) int {
	s.t.Helper()
	got, err := s.Recordings(s.t.Context(), q)
	if err != nil {
		s.t.Fatal(name, err)
	}
	sql, args := searchSQL(q)
	sql = strings.Replace(sql, "SELECT s.* FROM recording_search s", "SELECT s.id FROM recording_search_fact s", 1)
	want, err := list(s.t.Context(), s.pool, pgx.RowTo[uuid.UUID], sql, args...)
	if err != nil {
		s.t.Fatal(name, err)
	}
	if !slices.EqualFunc(got, want, func(r replay.Row, id uuid.UUID) bool { return r.ID == id }) {
		s.t.Errorf("%s: %d rows, the facts say %d", name, len(got), len(want))
	}
	first, last := q.From.Format("2006_01"), q.To.Add(-1).Format("2006_01")
	for _, m := range s.months(q) {
		if m < first || m > last {
			s.t.Errorf("%s of %s to %s reads %s", name, first, last, m)
		}
	}
	return len(want)
}
