// Answers questions about versions and ranges with NuGet's own library, which is
// part of its client. Questions come as JSON on the standard input, answers go
// as JSON to the standard output; null where something is not valid.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Web.Script.Serialization;
using NuGet.Versioning;

static class Oracle
{
    static void Main()
    {
        var json = new JavaScriptSerializer { MaxJsonLength = int.MaxValue };
        var input = new System.IO.StreamReader(Console.OpenStandardInput(), new System.Text.UTF8Encoding(false));
        var questions = (Dictionary<string, object>)json.DeserializeObject(input.ReadToEnd());
        Func<string, Func<object[], object>, object[]> all = (kind, answer) =>
            ((object[])questions[kind]).Select(one => answer((object[])one)).ToArray();
        var answers = new Dictionary<string, object>
        {
            ["version"] = typeof(NuGetVersion).Assembly.GetName().Version.ToString(),
            ["satisfies"] = all("satisfies", one => Satisfies((string)one[0], (string)one[1])),
            ["compare"] = all("compare", one => Compare((string)one[0], (string)one[1])),
            ["normalised"] = all("normalised", one => Normalised((string)one[0])),
            ["best"] = all("best", one => Best((object[])one[0], (string)one[1])),
        };
        Console.Out.Write(json.Serialize(answers));
    }

    static NuGetVersion Version(string text)
    {
        NuGetVersion version;
        return NuGetVersion.TryParse(text, out version) ? version : null;
    }

    // As the library of this client decides, with the three rules that later
    // ones have changed (VersionRangeFactory): a single number or two digits are a
    // range, one version within anything but square brackets is none, and neither
    // is one that begins behind its end.
    static VersionRange Range(string text)
    {
        var plain = text.Trim();
        var isInterval = plain.StartsWith("[") || plain.StartsWith("(");
        if (plain.Length > 0 && plain.Length < 3 && plain != "*" && !isInterval)
        {
            return Short(plain);
        }
        VersionRange range;
        if (!VersionRange.TryParse(text, out range))
        {
            return null;
        }
        var isExact = plain.StartsWith("[") && plain.EndsWith("]");
        if (isInterval && !plain.Contains(",") && !isExact)
        {
            return null;
        }
        if (range.HasLowerAndUpperBounds)
        {
            var order = range.MinVersion.CompareTo(range.MaxVersion);
            var isEmpty = order > 0 || order == 0 && range.IsMinInclusive != range.IsMaxInclusive;
            return isEmpty ? null : range;
        }
        return range;
    }

    static VersionRange Short(string text)
    {
        if (text.Contains("*"))
        {
            FloatRange floating;
            return FloatRange.TryParse(text, out floating) && floating.HasMinVersion
                ? new VersionRange(floating.MinVersion, floating)
                : null;
        }
        var version = Version(text);
        return version == null ? null : new VersionRange(version);
    }

    static object Satisfies(string version, string range)
    {
        var one = Version(version);
        var within = Range(range);
        return one == null || within == null ? null : (object)within.Satisfies(one);
    }

    static object Compare(string one, string other)
    {
        var first = Version(one);
        var second = Version(other);
        return first == null || second == null ? null : (object)Math.Sign(first.CompareTo(second));
    }

    static object Normalised(string text)
    {
        var version = Version(text);
        return version == null ? null : version.ToNormalizedString().ToLowerInvariant();
    }

    static object Best(object[] versions, string range)
    {
        var within = Range(range);
        var all = versions.Select(one => Version((string)one)).Where(one => one != null);
        var best = within == null ? null : within.FindBestMatch(all);
        return best == null ? null : best.OriginalVersion;
    }
}
