package wire

import (
	"time"

	"github.com/google/uuid"
)

// The events and commands of calls that ring at a softphone, and of transfers.
const (
	TypeCallOffered    EventType = "call.offered"
	TypeCallOfferEnded EventType = "call.offer_ended"

	TypeOfferAccept      CommandType = "offer.accept"
	TypeOfferDecline     CommandType = "offer.decline"
	TypeTransferStart    CommandType = "transfer.start"
	TypeTransferComplete CommandType = "transfer.complete"
	TypeTransferThreeWay CommandType = "transfer.three_way"
	TypeTransferEnd      CommandType = "transfer.end"
)

type (
	// CallOffer is the data of call.offered: a call that rings at this
	// softphone. Kind is inbound, transfer or consult; From is the colleague's
	// name, empty for inbound; Why says what the call is about.
	CallOffer struct {
		OfferID   uuid.UUID     `json:"offer_id"`
		Kind      string        `json:"kind"`
		CallID    uuid.UUID     `json:"call_id"`
		TaskID    uuid.UUID     `json:"task_id"`
		Customer  OfferCustomer `json:"customer"`
		Program   string        `json:"program"` // code
		Why       string        `json:"why"`
		From      string        `json:"from"`
		LastAt    *time.Time    `json:"last_at"` // inbound: our last call to the customer, null: none
		LastBy    string        `json:"last_by"` // who made it
		ExpiresAt time.Time     `json:"expires_at"`
	}
	// OfferCustomer is who is on the line.
	OfferCustomer struct {
		ID           uuid.UUID `json:"id"`
		Name         string    `json:"name"`
		MaskedNumber string    `json:"masked_number"`
		Language     string    `json:"language"`
	}
	// CallOfferEnded says that a call does not ring any more: accepted, or why not.
	CallOfferEnded struct {
		OfferID uuid.UUID `json:"offer_id"`
		Reason  string    `json:"reason"`
	}
	// CallTransfer is a colleague who is asked to take the call, or has joined.
	CallTransfer struct {
		Phase  string `json:"phase"`  // offered, consulting, three_way or empty
		Kind   string `json:"kind"`   // blind, consult or empty
		With   string `json:"with"`   // the other's name
		Result string `json:"result"` // how the last one came to its end
	}
)

type (
	// OfferAccept takes a call that rings here.
	OfferAccept struct {
		OfferID uuid.UUID `json:"offer_id"`
	}
	// OfferDecline does not.
	OfferDecline struct {
		OfferID uuid.UUID `json:"offer_id"`
		Reason  string    `json:"reason,omitempty"`
	}
	// TransferStart lets the call ring at a colleague's softphone: with Consult
	// to talk first, else to give it away. The note is for the colleague.
	TransferStart struct {
		CallID      uuid.UUID `json:"call_id"`
		ColleagueID uuid.UUID `json:"colleague_id"`
		Consult     bool      `json:"consult,omitempty"`
		Note        string    `json:"note,omitempty"`
	}
	// TransferComplete gives the call to the colleague who has joined it.
	TransferComplete struct {
		CallID uuid.UUID `json:"call_id"`
	}
	// TransferThreeWay lets the customer and the colleague hear each other.
	TransferThreeWay struct {
		CallID uuid.UUID `json:"call_id"`
	}
	// TransferEnd takes the offer back, sends the colleague away, or is how the
	// colleague leaves.
	TransferEnd struct {
		CallID uuid.UUID `json:"call_id"`
	}
)

// Type names the command.
func (OfferAccept) Type() CommandType      { return TypeOfferAccept }
func (OfferDecline) Type() CommandType     { return TypeOfferDecline }
func (TransferStart) Type() CommandType    { return TypeTransferStart }
func (TransferComplete) Type() CommandType { return TypeTransferComplete }
func (TransferThreeWay) Type() CommandType { return TypeTransferThreeWay }
func (TransferEnd) Type() CommandType      { return TypeTransferEnd }
