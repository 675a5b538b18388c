package server

import (
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"huifang/internal/calendar"
	"huifang/internal/dealing"
	"huifang/internal/duty"
	"huifang/internal/httpapi"
	"huifang/internal/store"
)

// keepDuties starts the engine of duties and gives the ports of duties and of
// what they come from.
func (s *Server) keepDuties(db *store.Store, days *calendar.Service, zone *time.Location, clock func() time.Time, reg prometheus.Registerer, log *slog.Logger) (httpapi.Dealings, httpapi.Duties, error) {
	engine, err := duty.NewEngine(duty.EngineConfig{Work: db, Days: days, Clock: clock, Logger: log, Metrics: duty.NewMetrics(reg)})
	if err != nil {
		return nil, nil, err
	}
	rules, err := duty.NewService(duty.ServiceConfig{Book: db, Days: days, Zone: zone, Clock: clock, Changed: engine.Notify})
	if err != nil {
		return nil, nil, err
	}
	deals, err := dealing.NewService(db, clock)
	if err != nil {
		return nil, nil, err
	}
	engine.Start()
	s.onStop("duties", plain(engine.Stop))
	return httpapi.NewDealings(deals), httpapi.NewDuties(rules, engine, db.Programs), nil
}
