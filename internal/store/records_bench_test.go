package store

import (
	"fmt"
	"sync/atomic"
	"testing"

	"huifang/internal/callback"
	"huifang/internal/switchboard"
)

// What the number of a record costs (Rule C-21): agents finish at once, and
// each waits for the number before its own.
func BenchmarkRecords_Finish(b *testing.B) {
	for _, month := range []string{"", "2026-11"} {
		b.Run("numbered="+fmt.Sprint(month != ""), func(b *testing.B) {
			w := newWorldOf(b)
			calls := make([]switchboard.NewCall, b.N)
			for i := range calls {
				w.task = w.addTask(fmt.Sprintf("B%d", i), w.cust, w.user)
				calls[i] = w.newCall()
				w.endCall(calls[i])
			}
			var next atomic.Int64
			b.SetParallelism(8)
			b.ResetTimer()
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					r := w.record(calls[next.Add(1)-1])
					r.State, r.FinishedAt, r.Problems, r.Handling = callback.RecordFinal, w.at, "none", "none"
					if err := w.SaveRecord(b.Context(), &callback.RecordSave{Record: r, CloseCall: true, Month: month}, w.event("record.finished")); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}
