package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huifang/internal/callback"
	"huifang/internal/switchboard"
)

const legColumns = `packets_received, packets_lost, packets_late, packets_sent, loss, jitter_ms, jitter_max_ms,
	rtt_ms, rtt_max_ms, far_loss, mos, unheard_ms, browser_received, browser_lost, browser_concealed, browser_silent_concealed,
	browser_samples, browser_jitter_ms, browser_rtt_ms`

// insertLeg keeps how a leg of an ended call was. It is written once.
func insertLeg(ctx context.Context, tx pgx.Tx, callID uuid.UUID, l switchboard.LegRecord) error {
	args := []any{callID, l.Side.String(), l.Received, l.Lost, l.Late, l.Sent, l.Loss, millis(l.Jitter), millis(l.MaxJitter),
		orNullMillis(l.RoundTrip), orNullMillis(l.MaxRoundTrip), known(l.Reported, l.FarLoss), known(l.MOS > 0, l.MOS), l.Unheard.Milliseconds()}
	if b := l.Browser; b != nil {
		args = append(args, b.Received, b.Lost, b.Concealed, b.SilentConcealed, b.Samples, millis(b.Jitter), millis(b.RoundTrip))
	} else {
		args = append(args, nil, nil, nil, nil, nil, nil, nil)
	}
	_, err := tx.Exec(ctx, `INSERT INTO call_leg (call_id, leg, `+legColumns+`)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21)`, args...)
	return err
}

func scanLeg(r pgx.CollectableRow) (l callback.CallLeg, err error) {
	var received, lost, concealed, silent, samples *int64
	var jitter, trip *float64
	err = r.Scan(&l.Leg, &l.Received, &l.Lost, &l.Late, &l.Sent, &l.Loss, &l.JitterMs, &l.JitterMaxMs, &l.RTTMs, &l.RTTMaxMs,
		&l.FarLoss, &l.MOS, &l.UnheardMs, &received, &lost, &concealed, &silent, &samples, &jitter, &trip)
	if err == nil && received != nil {
		l.Browser = &callback.BrowserQuality{Received: *received, Lost: *lost, Concealed: *concealed, SilentConcealed: *silent, Samples: *samples,
			JitterMs: *jitter, RTTMs: *trip}
	}
	return l, err
}

// callLegs gives the figures of a call, the agent's first.
func (s *Store) callLegs(ctx context.Context, callID uuid.UUID) ([]callback.CallLeg, error) {
	return list(ctx, s.pool, scanLeg, `SELECT leg, `+legColumns+` FROM call_leg WHERE call_id = $1 ORDER BY leg`, callID)
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func orNullMillis(d time.Duration) *float64 { return known(d > 0, millis(d)) }

func known(is bool, v float64) *float64 {
	if !is {
		return nil
	}
	return &v
}
