package server

import (
	"time"

	"github.com/google/uuid"

	"huifang/internal/attachment"
	"huifang/internal/calendar"
	"huifang/internal/callback"
	"huifang/internal/casework"
	"huifang/internal/store"
	"huifang/internal/visit"
	"huifang/signaling"
)

// keepCases makes the services of cases, and of the files of what they and
// others are about. Rules C-18 to C-20, C-30.
func (s *Server) keepCases(db *store.Store, tasks *callback.Service, visits *visit.Service, days *calendar.Service, zone *time.Location, hub *signaling.Hub, o Options) (*casework.Service, *attachment.Service, error) {
	cases, err := casework.NewService(casework.Config{Store: db, People: db, Customers: db, Days: days, CallBacks: tasks, Zone: zone, Changed: func(taskID, assigneeID uuid.UUID) {
		hub.Publish(assigneeID, "task.changed", map[string]any{"task_id": taskID})
	}, Clock: time.Now, Logger: o.Logger, Metrics: casework.NewMetrics(o.Ops.Registry)})
	if err != nil {
		return nil, nil, err
	}
	files, err := attachment.NewService(attachment.Config{Store: db, Clock: time.Now, Gates: map[attachment.Object]attachment.Gate{
		attachment.OfSlip: tasks.SlipFiles, attachment.OfRecord: tasks.RecordFiles, attachment.OfCase: cases.Files, attachment.OfVisit: visits.Files}})
	return cases, files, err
}
