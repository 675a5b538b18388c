package repocheck

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const (
	alarmRules = "deploy/prometheus/huifang.rules.yml"
	alarmCases = "deploy/prometheus/huifang.rules_test.yml"
	alarmDays  = "deploy/prometheus/huifang.rules_days_test.yml"
	alarmDoc   = "docs/operate/alarms.md"
)

var (
	alertLine   = regexp.MustCompile(`(?m)^ +- alert: (\w+)$`)
	alertFields = regexp.MustCompile(`(?m)^ +(expr|labels|annotations): (.+)$`)
	metricName  = regexp.MustCompile(`\bhuifang_[a-z0-9_]+\b`)
)

// promtool is that of the machine, or the one that scripts/unpack has laid by.
func promtool(t *testing.T) string {
	t.Helper()
	if path, err := exec.LookPath("promtool"); err == nil {
		return path
	}
	path, err := filepath.Abs(filepath.Join(root, ".build", "tools", "promtool"))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// Prometheus's own tool reads the rules and goes through their cases.
func TestAlarms_PromtoolAgrees(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"check", "rules", alarmRules}, {"test", "rules", alarmCases}, {"test", "rules", alarmDays}} {
		args[2] = filepath.Join(root, filepath.FromSlash(args[2]))
		if out, err := exec.CommandContext(t.Context(), promtool(t), args...).CombinedOutput(); err != nil {
			t.Errorf("promtool %s: %v\n%s", strings.Join(args[:2], " "), err, out)
		}
	}
}

// Each alarm says how urgent it is, has its case and its part of the page, and asks only for metrics that there are.
func TestAlarms_HaveCaseRunbookAndMetrics(t *testing.T) {
	t.Parallel()
	rules, cases, doc := read(t, alarmRules), read(t, alarmCases)+read(t, alarmDays), read(t, alarmDoc)
	declared := map[string]bool{}
	for _, m := range allMetrics(t) {
		declared[m.name] = true
	}
	known := func(name string) bool {
		for _, suffix := range []string{"_bucket", "_sum", "_count"} {
			if declared[strings.TrimSuffix(name, suffix)] {
				return true
			}
		}
		return declared[name]
	}
	var alerts []string
	at := alertLine.FindAllStringSubmatchIndex(rules, -1)
	for i, m := range at {
		name, end := rules[m[2]:m[3]], len(rules)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		alerts = append(alerts, name)
		fields := map[string]string{}
		for _, f := range alertFields.FindAllStringSubmatch(rules[m[1]:end], -1) {
			if fields[f[1]] == "" {
				fields[f[1]] = f[2]
			}
		}
		if s := fields["labels"]; s != "{severity: page}" && s != "{severity: ticket}" {
			t.Errorf("%s: severity is page or ticket, not %s", name, s)
		}
		if want := `runbook: "` + alarmDoc + "#" + strings.ToLower(name) + `"`; !strings.Contains(fields["annotations"], want) {
			t.Errorf("%s: its annotations have no %s", name, want)
		}
		for _, metric := range metricName.FindAllString(fields["expr"], -1) {
			if !known(metric) {
				t.Errorf("%s asks for %s, which nothing declares", name, metric)
			}
		}
		if !strings.Contains(cases, "alertname: "+name+", exp_alerts: []") || !strings.Contains(cases, "alertname: "+name+"\n        exp_alerts:\n          - exp_labels") {
			t.Errorf("%s has no case in which it is silent, or none in which it is raised", name)
		}
	}
	if len(alerts) < 20 {
		t.Fatalf("only %d alarms found", len(alerts))
	}
	var described []string
	for _, h := range heads.FindAllStringSubmatch(doc, -1) {
		if strings.HasPrefix(h[1], "Huifang") {
			described = append(described, h[1])
		}
	}
	slices.Sort(alerts)
	slices.Sort(described)
	if !slices.Equal(alerts, described) {
		t.Errorf("%s describes %v, the rules are %v", alarmDoc, described, alerts)
	}
}
