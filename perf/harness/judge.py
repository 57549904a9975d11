"""What is over a budget, in words."""


def judge(results, budgets):
    """Fills in the ratios, and gives a line for each budget that is not held."""
    over = []
    figures = results.get("load", {})
    for peer, most in budgets["cpu_ratio_max"].items():
        if "weir" in figures and peer in figures:
            ratio = figures["weir"]["cpu_us"] / figures[peer]["cpu_us"]
            results.setdefault("cpu_ratio", {}).setdefault("load", {})[peer] = ratio
            if ratio > most:
                over.append(f"CPU per request is {ratio:.2f} of {peer}'s, at most {most}")
    for section in ("h2", "grpc"):
        over += judge_best(section, results, budgets[f"{section}_cpu_ratio_max"]["best"])
    if "weir" in results.get("calls", {}):
        count = results["calls"]["weir"]["socket_calls"]
        bounds = budgets["socket_calls_per_exchange"]
        if not bounds["min"] <= count <= bounds["max"]:
            over.append(f"{count:.3f} socket calls per exchange, not {bounds['max']}")
    for kind, one in results.get("hooks", {}).items():
        for name in ("mallocs", "retains"):
            count = one["per_exchange"][name]
            if count > budgets[f"{name}_per_exchange_max"]:
                over.append(f"{count:.3f} {name} per exchange {kind}")
        if not one["sees_retains"]:
            over.append("retains cannot be counted: none was ever seen")
    if "live" in results and results["live"]["max_ms"] > budgets["change_to_live_max_ms"]:
        over.append(f"a change took {results['live']['max_ms']:.1f} ms to be live")
    for kind, one in results.get("floods", {}).get("weir", {}).items():
        if "fault" in one:
            over.append(f"well-behaved requests failed under {kind}: {one['fault']}")
    return over


def judge_best(section, results, most):
    """weir against the best of the peers."""
    figures = results.get(section, {})
    peers = {name: one["cpu_us"] for name, one in figures.items() if name != "weir"}
    if "weir" not in figures or not peers:
        return []
    ratios = {name: figures["weir"]["cpu_us"] / cpu for name, cpu in peers.items()}
    results.setdefault("cpu_ratio", {})[section] = ratios
    best = max(ratios, key=ratios.get)
    if ratios[best] <= most:
        return []
    return [f"{section}: CPU per request is {ratios[best]:.2f} of {best}'s, the best peer's; "
            f"at most {most}"]
