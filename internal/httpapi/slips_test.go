package httpapi

import (
	"context"
	"io"
	"strings"

	"huifang/internal/access"
)

// houseSlips answers as the house does; internal/store tests the rules.
type houseSlips struct{ *house }

func (h houseSlips) Departments(context.Context) (Departments, error) { return Departments{}, h.err }
func (h houseSlips) People(context.Context, access.Principal, ID) (People, error) {
	return People{}, h.err
}
func (h houseSlips) List(context.Context, access.Principal, SlipQuery) (SlipPage, error) {
	return SlipPage{}, h.err
}
func (h houseSlips) Get(context.Context, access.Principal, ID) (SlipDetail, error) {
	return SlipDetail{}, h.err
}
func (h houseSlips) Assign(context.Context, access.Principal, ID, SlipAssignment) (SlipDetail, error) {
	return SlipDetail{}, h.err
}
func (h houseSlips) Answer(context.Context, access.Principal, ID, SlipAnswer) (SlipDetail, error) {
	return SlipDetail{}, h.err
}
func (h houseSlips) CallAgain(context.Context, access.Principal, ID, string) (SlipDetail, error) {
	return SlipDetail{}, h.err
}
func (h houseSlips) CloseUnreachable(context.Context, access.Principal, ID, string) (SlipDetail, error) {
	return SlipDetail{}, h.err
}

// houseLedger likewise.
type houseLedger struct{ *house }

func (h houseLedger) List(context.Context, access.Principal, LedgerQuery, Page) (LedgerPage, error) {
	return LedgerPage{}, h.err
}
func (h houseLedger) Sheet(context.Context, access.Principal, LedgerQuery, string) (io.WriterTo, error) {
	return strings.NewReader("PK"), h.err
}
func (h houseLedger) Reviews(context.Context, access.Principal, ID) (Reviews, error) {
	return Reviews{}, h.err
}
func (h houseLedger) History(context.Context, access.Principal, ID, string) (RecordHistory, error) {
	return RecordHistory{}, h.err
}
func (h houseLedger) Correct(context.Context, access.Principal, ID, RecordCorrection) (Record, error) {
	return Record{}, h.err
}
func (h houseLedger) Review(context.Context, access.Principal, ID, ReviewInput) (Review, error) {
	return Review{}, h.err
}
