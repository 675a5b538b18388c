package webhook

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huifang/internal/customer"
	"huifang/internal/message"
	"huifang/internal/problem"
)

// Limits of what a gateway posts.
const (
	maxSaid = 2000 // bytes
	maxID   = 200
)

// Receipts reads a receipt, or a list of them, whose signature was checked.
func Receipts(raw []byte) ([]message.Receipt, error) {
	type receipt struct {
		ID        string `json:"id"`
		GatewayID string `json:"gateway_id"`
		Status    string `json:"status"`
		Error     string `json:"error"`
	}
	in, err := oneOrMore[receipt](raw)
	if err != nil {
		return nil, err
	}
	var out []message.Receipt
	for i, r := range in {
		id, err := uuid.Parse(r.ID)
		if err != nil {
			return nil, problem.BadField(at(i, "id"), "must be the id that we gave")
		}
		step, ok := map[string]message.Step{"sent": message.StepSent, "delivered": message.StepDelivered, "failed": message.StepFail}[r.Status]
		if !ok {
			return nil, problem.BadField(at(i, "status"), "must be sent, delivered or failed")
		}
		if len(r.GatewayID) > maxID {
			return nil, problem.BadField(at(i, "gateway_id"), "must have at most %d bytes", maxID)
		}
		out = append(out, message.Receipt{ID: id, GatewayID: r.GatewayID, Status: step, Note: clean(r.Error), Raw: raw})
	}
	return out, nil
}

// Replies reads a reply, or a list of them, whose signature was checked.
func Replies(raw []byte) ([]message.Reply, error) {
	type reply struct {
		ID   string    `json:"id"`
		From string    `json:"from"`
		Text string    `json:"text"`
		At   time.Time `json:"at"`
	}
	in, err := oneOrMore[reply](raw)
	if err != nil {
		return nil, err
	}
	var out []message.Reply
	for i, r := range in {
		if r.ID == "" || len(r.ID) > maxID {
			return nil, problem.BadField(at(i, "id"), "must have 1 to %d bytes, and be the same when it is sent again", maxID)
		}
		from, err := customer.ParseNumber(r.From)
		if err != nil {
			return nil, problem.BadField(at(i, "from"), "%v", err)
		}
		if len(r.Text) > maxSaid {
			return nil, problem.BadField(at(i, "text"), "must have at most %d bytes", maxSaid)
		}
		if r.At.IsZero() {
			return nil, problem.BadField(at(i, "at"), "is required, such as 2026-11-30T10:00:00+08:00")
		}
		out = append(out, message.Reply{ID: r.ID, From: from, Said: r.Text, At: r.At.UTC().Truncate(time.Microsecond), Raw: raw})
	}
	return out, nil
}

const maxTogether = 100

func oneOrMore[T any](raw []byte) ([]T, error) {
	var many []T
	if err := json.Unmarshal(raw, &many); err == nil {
		if len(many) == 0 || len(many) > maxTogether {
			return nil, problem.BadField("body", "must hold 1 to %d of them", maxTogether)
		}
		return many, nil
	}
	var single T
	if err := json.Unmarshal(raw, &single); err != nil {
		return nil, problem.BadField("body", "is not the JSON of docs/protocols/sms-webhook.md")
	}
	return []T{single}, nil
}

func at(i int, field string) string { return fmt.Sprintf("body[%d].%s", i, field) }
