package client

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"huifang/signaling/wire"
)

// MediaOffer sends an SDP offer and gives the answer.
func (c *Client) MediaOffer(ctx context.Context, offer string, restart bool) (string, error) {
	answer, err := result[wire.MediaAnswer](c.Do(ctx, wire.MediaOffer{SDP: offer, Restart: restart}))
	return answer.SDP, err
}

// SetAgentState goes ready, on a break or offline.
func (c *Client) SetAgentState(ctx context.Context, state, reason string) error {
	return void(c.Do(ctx, wire.AgentSet{State: state, Reason: reason}))
}

// Dial calls the customer of a task; an empty RequestID gets one.
func (c *Client) Dial(ctx context.Context, d wire.CallDial) (wire.CallSnapshot, error) {
	if d.RequestID == "" {
		d.RequestID = uuid.NewString()
	}
	return result[wire.CallSnapshot](c.Do(ctx, d))
}

// Hangup ends the call. The reason is for supervisors who override Rule T-03.
func (c *Client) Hangup(ctx context.Context, callID uuid.UUID, overrideReason string) error {
	return void(c.Do(ctx, wire.CallHangup{CallID: callID, OverrideReason: overrideReason}))
}

// Mute replaces the agent's voice by silence, or ends that.
func (c *Client) Mute(ctx context.Context, callID uuid.UUID, muted bool) error {
	return void(c.Do(ctx, wire.CallMute{CallID: callID, Muted: muted}))
}

// Hold lets the customer hear the hold tone.
func (c *Client) Hold(ctx context.Context, callID uuid.UUID) error {
	return void(c.Do(ctx, wire.CallHold{CallID: callID}))
}

// Resume ends a hold.
func (c *Client) Resume(ctx context.Context, callID uuid.UUID) error {
	return void(c.Do(ctx, wire.CallResume{CallID: callID}))
}

// DTMF sends digits to the customer.
func (c *Client) DTMF(ctx context.Context, callID uuid.UUID, digits string) error {
	return void(c.Do(ctx, wire.CallDTMF{CallID: callID, Digits: digits}))
}

// Pause keeps both sides out of the recording (Rule T-13).
func (c *Client) Pause(ctx context.Context, callID uuid.UUID, reason, note string) error {
	return void(c.Do(ctx, wire.CallPause{CallID: callID, Reason: reason, Note: note}))
}

// Unpause ends a secure pause.
func (c *Client) Unpause(ctx context.Context, callID uuid.UUID) error {
	return void(c.Do(ctx, wire.CallUnpause{CallID: callID}))
}

// Complaint marks the moment of a complaint (Rule C-20).
func (c *Client) Complaint(ctx context.Context, callID uuid.UUID, note string) error {
	return void(c.Do(ctx, wire.CallComplaint{CallID: callID, Note: note}))
}

// Monitor takes part in an agent's call; a supervisor's.
func (c *Client) Monitor(ctx context.Context, callID uuid.UUID, mode, reason string) error {
	return void(c.Do(ctx, wire.MonitorStart{CallID: callID, Mode: mode, Reason: reason}))
}

// MonitorMode changes how one takes part.
func (c *Client) MonitorMode(ctx context.Context, callID uuid.UUID, mode string) error {
	return void(c.Do(ctx, wire.MonitorMode{CallID: callID, Mode: mode}))
}

// StopMonitor ends that.
func (c *Client) StopMonitor(ctx context.Context, callID uuid.UUID) error {
	return void(c.Do(ctx, wire.MonitorStop{CallID: callID}))
}

// TakeOver makes the supervisor the agent of the call.
func (c *Client) TakeOver(ctx context.Context, callID uuid.UUID, reason string) error {
	return void(c.Do(ctx, wire.MonitorTakeOver{CallID: callID, Reason: reason}))
}

// AcceptOffer takes a call that rings here; DeclineOffer does not.
func (c *Client) AcceptOffer(ctx context.Context, offerID uuid.UUID) error {
	return void(c.Do(ctx, wire.OfferAccept{OfferID: offerID}))
}

// DeclineOffer refuses a call that rings here.
func (c *Client) DeclineOffer(ctx context.Context, offerID uuid.UUID, reason string) error {
	return void(c.Do(ctx, wire.OfferDecline{OfferID: offerID, Reason: reason}))
}

// Transfer lets the call ring at a colleague's softphone.
func (c *Client) Transfer(ctx context.Context, t wire.TransferStart) error { return void(c.Do(ctx, t)) }

// CompleteTransfer gives the call to the colleague who has joined it.
func (c *Client) CompleteTransfer(ctx context.Context, callID uuid.UUID) error {
	return void(c.Do(ctx, wire.TransferComplete{CallID: callID}))
}

// ThreeWay lets customer and colleague hear each other.
func (c *Client) ThreeWay(ctx context.Context, callID uuid.UUID) error {
	return void(c.Do(ctx, wire.TransferThreeWay{CallID: callID}))
}

// EndTransfer takes an offer back, sends the colleague away, or leaves.
func (c *Client) EndTransfer(ctx context.Context, callID uuid.UUID) error {
	return void(c.Do(ctx, wire.TransferEnd{CallID: callID}))
}

// ReportQuality tells what the softphone measures of its connection.
func (c *Client) ReportQuality(ctx context.Context, r wire.QualityReport) error {
	return void(c.Do(ctx, r))
}

// Ping waits for an empty reply.
func (c *Client) Ping(ctx context.Context) error { return void(c.Do(ctx, wire.Ping{})) }

func void(_ json.RawMessage, err error) error { return err }

func result[T any](raw json.RawMessage, err error) (T, error) {
	var v T
	if err != nil {
		return v, err
	}
	if err := json.Unmarshal(raw, &v); err != nil {
		return v, fmt.Errorf("read result: %w", err)
	}
	return v, nil
}
