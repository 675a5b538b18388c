package store

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"huifang/internal/duty"
)

// TestDuties_AtScale evaluates a house of HUIFANG_DUTY_CUSTOMERS customers, each
// with a contract, under five rules, from nothing, and then again after one in
// a thousand signed another. Without the variable it does so with two thousand,
// which shows that it works; make bench-duty shows how long it takes.
func TestDuties_AtScale(t *testing.T) {
	customers := 2000
	if text := os.Getenv("HUIFANG_DUTY_CUSTOMERS"); text != "" {
		var err error
		if customers, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	b := newBureau(t)
	b.clock("2026-11-02 09:00")
	began := time.Now()
	b.exec(`INSERT INTO customer (id, code, kind, name, birthday, created_at, updated_at)
		SELECT gen_random_uuid(), 'N' || n, CASE n % 4 WHEN 0 THEN 'investor' WHEN 1 THEN 'advertiser' WHEN 2 THEN 'furniture_buyer' ELSE 'equipment_operator' END, '客户' || n,
		       '1960-01-01'::date + n % 15000, $2, $2 FROM generate_series(1, $1) n`, customers, b.at)
	// Contracts of the last 600 days; half of them end within the next year.
	b.exec(`INSERT INTO contract (id, key, customer_id, amount_cents, signed_on, ends_on, created_at, updated_at)
		SELECT gen_random_uuid(), 'K' || code, id, 100000, '2026-11-02'::date - substr(code, 2)::int % 600, CASE WHEN substr(code, 2)::int % 2 = 0 THEN '2026-11-10'::date + substr(code, 2)::int % 300 END, $1, $1
		FROM customer WHERE code LIKE 'N%'`, b.at)
	t.Logf("%d customers with contracts made in %s", customers, time.Since(began).Round(time.Millisecond))
	for _, code := range []string{"new-contract", "yearly", "renewal", "birthday", "festivals"} {
		b.rule(code, "2025-01-01")
	}
	b.exec(`ANALYZE`)

	began = time.Now()
	used := b.databaseSeconds()
	n := b.round()
	took := time.Since(began)
	t.Logf("five rules evaluated from nothing in %s (%.0f customers a second), of which the database used the processor for %.1f s: %+v", took.Round(time.Millisecond),
		float64(customers)/took.Seconds(), b.databaseSeconds()-used, n)
	if n.Made < customers || n.Opened == 0 {
		t.Fatalf("%+v", n)
	}
	var signals, twice int
	b.ok(b.pool.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM duty_signal), (SELECT count(*) FROM (SELECT 1 FROM duty GROUP BY rule_id, subject, occurrence HAVING count(*) > 1) x)`).Scan(&signals, &twice))
	if signals != 0 || twice != 0 {
		t.Errorf("%d signals are left, %d duties are there twice", signals, twice)
	}

	began = time.Now()
	if n := b.round(); n != (duty.Tally{}) {
		t.Errorf("nothing had changed: %+v", n)
	}
	t.Logf("nothing had changed: %s", time.Since(began).Round(time.Millisecond))

	b.exec(`INSERT INTO contract (id, key, customer_id, amount_cents, signed_on, created_at, updated_at)
		SELECT gen_random_uuid(), 'L' || code, id, 100000, '2026-11-02', $1, $1 FROM customer WHERE code LIKE 'N%' AND substr(code, 2)::int % 1000 = 0`, b.at)
	began = time.Now()
	n = b.round()
	t.Logf("one in a thousand signed another contract: %s: %+v", time.Since(began).Round(time.Millisecond), n)
	if n.Made != customers/1000 || n.Opened != customers/1000 {
		t.Errorf("%+v", n)
	}
}

// databaseSeconds is the processor's time that the database's processes have used
// for this database: on a machine that others use too it says more than the
// clock. 0 where the system does not tell.
func (b *bureau) databaseSeconds() (sum float64) {
	pids, err := list(b.t.Context(), b.pool, pgx.RowTo[int], `SELECT pid FROM pg_stat_activity WHERE datname = current_database()`)
	b.ok(err)
	for _, pid := range pids {
		raw, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
		if err != nil {
			continue
		}
		_, after, _ := strings.Cut(string(raw), ") ")
		fields := strings.Fields(after)
		for _, f := range fields[11:13] { // user and system, in hundredths of a second
			n, _ := strconv.ParseFloat(f, 64)
			sum += n / 100
		}
	}
	return sum
}
