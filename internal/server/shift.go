package server

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"huifang/internal/callback"
	"huifang/internal/config"
	"huifang/internal/switchboard"
)

// shiftHours reads when shifts end (Rule C-23).
func shiftHours(c config.Shift) (callback.ShiftHours, error) {
	t, err := time.Parse("15:04", c.Ends)
	if err != nil {
		return callback.ShiftHours{}, fmt.Errorf("read shift.ends: %w", err)
	}
	return callback.ShiftHours{Ends: time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, Warn: c.Warn}, nil
}

// shiftEnded takes the line of an agent whose shift has ended out of work.
func shiftEnded(board *switchboard.Switchboard, log *slog.Logger) func(uuid.UUID) {
	return func(agentID uuid.UUID) {
		if err := board.SetAgentState(agentID, switchboard.AgentOffline, "shift_ended"); err != nil {
			log.Warn("agent not set offline at the end of the shift", "agent_id", agentID, "error", err)
		}
	}
}
