"""The use cases: the only place where the verbs meet, and the only door to them.

Each function is one thing a user can ask for, on the screen or on the command line.
"""

from promo.optimize import (
    MECHANICS,
    RULES,
    Exact,
    Mechanic,
    Offer,
    Relaxation,
    Rule,
    WayOut,
    rule_from,
)
from promo.store import Scenario, Workspace
from promo.workflow.anomalies import (
    ANOMALY_KINDS,
    NO_CHOICE,
    SHOP,
    Anomalies,
    find_anomalies,
    has_choice,
    leave_out,
    left_out,
    undo_left_out,
    weeks_of,
    what_moved,
)
from promo.workflow.by_hand import (
    ByHand,
    edit_table,
    judged_by_hand,
    promotions_by_hand,
    rules_by_hand,
    with_mine,
    without_mine,
)
from promo.workflow.calendars import Calendar, calendar_of, promotions
from promo.workflow.campaigns import (
    asked_by,
    campaign_csv,
    differing_among,
    list_scenarios,
    make_campaign,
    remove_scenario,
    rename_scenario,
    restore_scenario,
    save_scenario,
    saved_promotions,
)
from promo.workflow.caution import (
    CAUTIONS,
    CautionPrice,
    caution_path,
    gain_at,
    price_of_caution,
)
from promo.workflow.choices import (
    RuleChoices,
    check_rule,
    first_amount,
    lowest_prices,
    meaningless_rules,
    mixed,
    mixture,
    rule_choices,
)
from promo.workflow.cleaning import (
    FAR,
    NEW_VALUE,
    CleaningApplied,
    CleaningChoice,
    CleaningPicture,
    CleaningPreview,
    CleaningReview,
    CleaningStep,
    clean_dataset,
    cleaning_of,
    preview_cleaning,
    suggest_cleaning,
    with_step,
)
from promo.workflow.desks import (
    OBJECTIVES,
    REACH,
    SECONDS,
    Changes,
    Desk,
    budget_path,
    changes,
    choose,
    default_request,
    exact_plan,
    open_desk,
    options_looked_at,
    price_of,
    quick_plan,
    ran_out_of_time,
    supported_share,
    ways_out,
)
from promo.workflow.features import make_features
from promo.workflow.files import (
    MAPPING_OPTIONS,
    SAMPLE,
    FileMapping,
    Inspection,
    Question,
    adopt_tables,
    canonical_fields,
    import_files,
    inbox_files,
    inspect_file,
    list_datasets,
    missing_fields,
    name_from,
    open_dataset,
    quarantine_zip,
    simulate_shop,
    unused_columns,
)
from promo.workflow.forecasts import (
    MODELS,
    Glass,
    Level,
    Model,
    Note,
    SeriesInspection,
    Trust,
    forecast_demand,
    forecast_trust,
    glass,
    history_of,
    inspect_product,
    no_better_than_naive,
    outlook,
    trust_by_kind,
)
from promo.workflow.jobs import (
    Job,
    cancel_jobs,
    start_adoption,
    start_check,
    start_cleaning,
    start_features,
    start_import,
    start_plan,
    start_query,
    start_ways_out,
)
from promo.workflow.kept import kept_study
from promo.workflow.links import data_mark, fitting, link_from, link_to
from promo.workflow.parts import (
    Added,
    borrowed_csv,
    borrowed_curves,
    members,
    outlook_with_plan,
    parts_by_product,
    take_apart,
)
from promo.workflow.quality import (
    ColumnProfile,
    Coverage,
    Gap,
    Gate,
    TableProfile,
    coverage,
    gate,
    profile,
)
from promo.workflow.requests import (
    CORRECTION,
    PlanRequest,
    relaxed,
    request_from,
    request_to,
    rule_to,
)
from promo.workflow.studies import (
    DEEPEST,
    LeftOut,
    Study,
    StudySettings,
    backtest_summary,
    curve_points,
    is_undated,
    know_customers,
    main_curves,
    observed_points,
    product_history,
    segment_summary,
    study,
    unpooled_response,
)
from promo.workflow.tidying import open_workspace, tidy
from promo.workflow.together import Together, counted_together, improved_plan, true_value
from promo.workflow.trials import (
    TEST_WEEKS,
    TEST_YEAR,
    price_tests,
    trial_calendar,
    trial_csv,
)
from promo.workflow.what_if import (
    BELIEFS,
    PriceRange,
    frontier,
    gain_under,
    price_range,
    sensitivity,
)

__all__ = [
    "ANOMALY_KINDS", "BELIEFS", "CAUTIONS", "CORRECTION", "DEEPEST", "FAR", "MAPPING_OPTIONS",
    "MECHANICS", "MODELS", "NEW_VALUE", "NO_CHOICE", "OBJECTIVES", "REACH", "RULES", "SAMPLE",
    "SECONDS", "SHOP", "TEST_WEEKS", "TEST_YEAR", "Added", "Anomalies", "ByHand", "Calendar",
    "CautionPrice", "Changes", "CleaningApplied", "CleaningChoice", "CleaningPicture",
    "CleaningPreview", "CleaningReview", "CleaningStep", "ColumnProfile", "Coverage", "Desk",
    "Exact", "FileMapping", "Gap", "Gate", "Glass", "Inspection", "Job", "LeftOut", "Level",
    "Mechanic", "Model", "Note", "Offer", "PlanRequest", "PriceRange", "Question", "Relaxation",
    "Rule", "RuleChoices", "Scenario", "SeriesInspection", "Study", "StudySettings", "TableProfile",
    "Together", "Trust", "WayOut", "Workspace", "adopt_tables", "asked_by", "backtest_summary",
    "borrowed_csv", "borrowed_curves", "budget_path", "calendar_of", "campaign_csv", "cancel_jobs",
    "canonical_fields", "caution_path", "changes", "check_rule", "choose", "clean_dataset",
    "cleaning_of", "counted_together", "coverage", "curve_points", "data_mark", "default_request",
    "differing_among", "edit_table", "exact_plan", "find_anomalies", "first_amount", "fitting",
    "forecast_demand", "forecast_trust", "frontier", "gain_at", "gain_under", "gate", "glass",
    "has_choice", "history_of", "import_files", "improved_plan", "inbox_files", "inspect_file",
    "inspect_product", "is_undated", "judged_by_hand", "kept_study", "know_customers", "leave_out",
    "left_out", "link_from", "link_to", "list_datasets", "list_scenarios", "lowest_prices",
    "main_curves", "make_campaign", "make_features", "meaningless_rules", "members",
    "missing_fields", "mixed", "mixture", "name_from", "no_better_than_naive", "observed_points",
    "open_dataset", "open_desk", "open_workspace", "options_looked_at", "outlook",
    "outlook_with_plan", "parts_by_product", "preview_cleaning", "price_of", "price_of_caution",
    "price_range", "price_tests", "product_history", "profile", "promotions", "promotions_by_hand",
    "quarantine_zip", "quick_plan", "ran_out_of_time", "relaxed", "remove_scenario",
    "rename_scenario", "request_from", "request_to", "restore_scenario", "rule_choices",
    "rule_from", "rule_to", "rules_by_hand", "save_scenario", "saved_promotions", "segment_summary",
    "sensitivity", "simulate_shop", "start_adoption", "start_check", "start_cleaning",
    "start_features", "start_import", "start_plan", "start_query", "start_ways_out", "study",
    "suggest_cleaning", "supported_share", "take_apart", "tidy", "trial_calendar", "trial_csv",
    "true_value", "trust_by_kind", "undo_left_out", "unpooled_response", "unused_columns",
    "ways_out", "weeks_of", "what_moved", "with_mine", "with_step", "without_mine",
]  # fmt: skip
