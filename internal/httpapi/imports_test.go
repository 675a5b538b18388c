package httpapi

import (
	"context"

	"huifang/internal/access"
)

type houseImports struct{ *house }

func (h houseImports) Take(context.Context, access.Principal, string, string, string, string, []byte) (ImportDetail, error) {
	return ImportDetail{}, h.err
}
func (h houseImports) Map(context.Context, access.Principal, ID, map[string]int) (ImportDetail, error) {
	return ImportDetail{}, h.err
}
func (h houseImports) Apply(context.Context, access.Principal, ID, bool) (ImportDetail, error) {
	return ImportDetail{}, h.err
}
func (h houseImports) Undo(context.Context, access.Principal, ID, string) (ImportDetail, error) {
	return ImportDetail{}, h.err
}
func (h houseImports) Get(context.Context, access.Principal, ID) (ImportDetail, error) {
	return ImportDetail{}, h.err
}
func (h houseImports) List(context.Context, access.Principal, ImportQuery, Page) (Imports, error) {
	return Imports{}, h.err
}
func (h houseImports) Feeds(context.Context, access.Principal) (Feeds, error) { return Feeds{}, h.err }
func (h houseImports) SaveFeed(context.Context, access.Principal, ID, FeedInput) (Feed, error) {
	return Feed{}, h.err
}
