package httpapi

import (
	"context"

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
