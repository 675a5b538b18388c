package server

import (
	"crypto/rand"
	"encoding/binary"
	"time"

	"github.com/google/uuid"

	"huifang/internal/calendar"
	"huifang/internal/callback"
	"huifang/internal/plan"
	"huifang/internal/store"
	"huifang/signaling"
)

// makePlans makes the service of plans; whoever is given tasks by one is told.
func (s *Server) makePlans(db *store.Store, days *calendar.Service, tasks *callback.Service, zone *time.Location, hub **signaling.Hub) (*plan.Service, error) {
	return plan.NewService(plan.Config{Store: db, People: db, Programs: tasks, Days: days, Zone: zone,
		Changed: func(taskID, assigneeID uuid.UUID) {
			(*hub).Publish(assigneeID, "task.changed", map[string]any{"task_id": taskID})
		}, Clock: time.Now, Seed: drawSeed})
}

// drawSeed draws the seed of a random selection (Rule C-12), so large that a
// page shows it without loss and nobody foresees it.
func drawSeed() int64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return int64(binary.BigEndian.Uint64(b[:])>>11) + 1
}
