package trunk

import (
	"cmp"
	"reflect"
)

// described is a trunk's settings for the audit log. It holds no secret: the
// password is not one of the settings.
func described(s Settings) map[string]any {
	return map[string]any{
		"name": s.Name, "enabled": s.Enabled, "address": s.Address, "transport": s.Transport, "domain": s.Domain, "username": s.Username,
		"caller_id": s.CallerID, "caller_ids": s.CallerIDs, "register": s.Register, "register_expires_s": int(s.RegisterExpires.Seconds()),
		"srtp":         cmp.Or(s.SRTP, "off"),
		"strip_prefix": s.StripPrefix, "add_prefix": s.AddPrefix, "rewrites": s.Rewrites, "max_calls": s.MaxCalls,
		"calls_per_second": s.CallsPerSecond, "priority": s.Priority, "weight": s.Weight, "sources": s.Sources,
		"media_sources": s.MediaSources, "outcomes": s.Outcomes, "probe_number": s.ProbeNumber,
	}
}

// changes names what differs, before and after; an empty list is as good as none.
func changes(before, after Settings) map[string]any {
	out := map[string]any{}
	b, a := described(before), described(after)
	for name, was := range b {
		if is := a[name]; !same(was, is) {
			out[name] = map[string]any{"before": was, "after": is}
		}
	}
	return out
}

func same(a, b any) bool {
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	if k := x.Kind(); (k == reflect.Slice || k == reflect.Map) && x.Len() == 0 && y.Len() == 0 {
		return true
	}
	return reflect.DeepEqual(a, b)
}
