package store

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/callback"
)

// With 100,000 open tasks each class is read from its end of its index: the
// pages that are touched are counted, because the time depends on the machine.
// A thousand tasks at the front are in other hands, and half of them speak
// another language.
func TestQueue_StaysFastWithAHundredThousandTasks(t *testing.T) {
	h := newQueueHouse(t)
	who := h.agent("li", "zh-CN")
	w := h.w
	w.exec(`INSERT INTO customer (id, code, kind, name, language, time_zone, government, created_at, updated_at)
		SELECT gen_random_uuid(), 'S' || n, 'other', 'Customer ' || n, CASE WHEN n % 50 = 0 THEN 'en' ELSE 'zh-CN' END, 'Asia/Shanghai', n % 10 = 0, $1, $1 FROM generate_series(1, 20000) n`, w.at)
	w.exec(`INSERT INTO contact_point (id, customer_id, number) SELECT gen_random_uuid(), id, '+86137' || lpad(substr(code, 2), 8, '0') FROM customer WHERE code LIKE 'S%'`)
	w.exec(`INSERT INTO task (id, program_id, customer_id, source, complaint, state, due_at, hard_due_at, appointment_at, next_from, next_until, created_at, updated_at)
		SELECT gen_random_uuid(), $2, c.id, 'manual', n % 100 = 0, s.state, $1::timestamptz + n * interval '1 minute', CASE WHEN n % 2 = 0 THEN $1::timestamptz + n * interval '2 minutes' END,
		       CASE WHEN s.state = 'appointment' THEN $1::timestamptz + n * interval '1 second' END, CASE WHEN s.state = 'waiting' THEN $1::timestamptz - interval '1 minute' END,
		       CASE WHEN s.state = 'waiting' THEN $1::timestamptz + interval '1 hour' END, $1, $1
		FROM generate_series(1, 100000) n CROSS JOIN LATERAL (SELECT CASE WHEN n % 5 = 1 THEN 'waiting' WHEN n % 20 = 2 THEN 'appointment' ELSE 'open' END AS state) s
		JOIN customer c ON c.code = 'S' || (n % 20000 + 1)`, w.at, w.program.ID)
	w.exec(`INSERT INTO app_user (id, login, name, staff_number, roles, languages, password_hash, created_at)
		SELECT gen_random_uuid(), 'x' || n, 'x' || n, 'x' || n, '{agent}', '{zh-CN}', '', $1 FROM generate_series(1, 1000) n`, w.at)
	w.exec(`INSERT INTO task_claim (task_id, agent_id, class, taken_at, until)
		SELECT t.id, u.id, 'rest', $1, $1::timestamptz + interval '1 hour' FROM (SELECT id, row_number() OVER (ORDER BY due_at) AS n FROM task WHERE state = 'open') t
		JOIN (SELECT id, row_number() OVER (ORDER BY login) AS n FROM app_user WHERE login LIKE 'x%') u ON u.n = t.n`, w.at)
	w.exec(`ANALYZE task`)
	w.exec(`ANALYZE customer`)
	w.exec(`ANALYZE contact_point`)
	w.exec(`ANALYZE task_claim`)
	hours := []callback.QueueHours{{ProgramID: w.program.ID, Zone: "Asia/Shanghai", Others: true}}
	for _, class := range callback.QueueClasses() {
		sql, args := queueSQL(callback.QueueQuery{Class: class, Agent: who.User, Now: w.at, Horizon: w.at.Add(48 * time.Hour), Hours: hours, Limit: 40})
		var raw []byte
		w.ok(w.pool.QueryRow(t.Context(), `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) `+sql, args...).Scan(&raw))
		var plan []struct {
			Plan struct {
				Hit  int `json:"Shared Hit Blocks"`
				Read int `json:"Shared Read Blocks"`
				Rows int `json:"Actual Rows"`
			}
			Time float64 `json:"Execution Time"`
		}
		w.ok(json.Unmarshal(raw, &plan))
		t.Logf("%s: %d rows, %d pages, %.1f ms", class, plan[0].Plan.Rows, plan[0].Plan.Hit+plan[0].Plan.Read, plan[0].Time)
		if n := plan[0].Plan.Hit + plan[0].Plan.Read; n > 12000 || plan[0].Plan.Rows == 0 {
			t.Errorf("%s touches %d pages for %d rows", class, n, plan[0].Plan.Rows)
		}
	}
	began := time.Now()
	n := h.next(who)
	if n.Row == nil || n.Class != callback.QueueComplaint || n.Row.Task.ID == uuid.Nil {
		t.Fatalf("%+v", n)
	}
	t.Log(fmt.Sprintf("next took %v", time.Since(began).Round(time.Millisecond)))
}
