package calendar

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Watch registers the metrics of a service. An alert rule warns when the end
// of the known days is nearer than two months: from November on (Rule T-05).
func Watch(r prometheus.Registerer, s *Service, zone *time.Location) {
	r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "huifang_calendar_known_until_timestamp_seconds",
		Help: "When the year begins whose public holidays are not known (Rule T-05).",
	}, func() float64 {
		return float64(Date{s.last().KnownUntil(s.clock().In(zone).Year()), time.January, 1}.At(0, zone).Unix())
	}))
}
